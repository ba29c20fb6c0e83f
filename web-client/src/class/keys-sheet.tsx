/** The list of shortcuts and the switch that turns them off (WCAG 2.1.4). */
import { KeyList } from '../kit/key-list';
import { Sheet } from '../kit/sheet';
import { useClassText } from './text';

interface Props {
  role: 'instructor' | 'trainee';
  enabled: boolean;
  onEnabled: (enabled: boolean) => void;
  onClose: () => void;
}

export function KeysSheet({ role, enabled, onEnabled, onClose }: Props) {
  const { t } = useClassText();
  const keys: [string, string][] = [
    ['M', t.keys.mic],
    ['V', t.keys.camera],
    ...(role === 'instructor' ? [['D', t.keys.screen] as [string, string]] : []),
    ...(role === 'trainee' ? [['R', t.keys.hand] as [string, string]] : []),
    ['C', t.keys.chat],
    ['P', t.keys.people],
    ['?', t.keys.help],
    ['Esc', t.keys.close],
  ];
  return (
    <Sheet title={t.keys.title} onClose={onClose}>
      <label className="switch">
        <input type="checkbox" checked={enabled} onChange={(event) => onEnabled(event.target.checked)} />
        {t.keys.enabled}
      </label>
      <p className="hint">{t.keys.hint}</p>
      <KeyList keys={keys} />
    </Sheet>
  );
}
