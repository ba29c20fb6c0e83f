/** The network in words, always visible; opens the details. */
import type { LessonView } from '../lesson';
import { useClassText } from '../text';
import { pillOf } from './network';

interface Props {
  view: LessonView;
  side: 'down' | 'up';
  onOpen: () => void;
}

export function QualityPill({ view, side, onOpen }: Props) {
  const { t } = useClassText();
  const { text, doing, tone } = pillOf(view, t, side);
  const whole = doing ? `${text} · ${doing}` : text;
  return (
    <button type="button" className={`pill ${tone}`} onClick={onOpen} title={t.pill.label}>
      <span className="dot" aria-hidden="true" />
      <span aria-live="polite">{whole}</span>
    </button>
  );
}
