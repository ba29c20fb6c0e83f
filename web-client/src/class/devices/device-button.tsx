/** Microphone or camera in the bottom bar: the icon shows the state, the label says what a press does. */
import { BarButton } from '../bar-button';
import type { LessonView } from '../lesson';
import { useClassText } from '../text';

interface DeviceButtonProps {
  kind: 'mic' | 'camera';
  view: LessonView;
  toggle: (kind: 'mic' | 'camera') => void;
}

export function DeviceButton({ kind, view, toggle }: DeviceButtonProps) {
  const { t } = useClassText();
  const { track, busy } = view.local[kind];
  const label =
    kind === 'mic' ? (track ? t.bar.micOff : t.bar.micOn) : track ? t.bar.cameraOff : t.bar.cameraOn;
  return (
    <BarButton
      icon={track ? kind : `${kind}Off`}
      label={label}
      word={t.bar[kind]}
      busy={busy}
      tone={track ? '' : 'off'}
      keyHint={kind === 'mic' ? 'M' : 'V'}
      onClick={() => toggle(kind)}
    />
  );
}
