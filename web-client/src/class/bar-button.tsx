/** Buttons of the bottom bar: an icon, its word, and whether it is on. */
import { Icon, type IconName } from '../kit/icons';

interface Props {
  icon: IconName;
  label: string;
  /** The short word under the icon, where a screen reader should say another one. */
  word?: string;
  onClick: () => void;
  on?: boolean;
  busy?: boolean;
  tone?: '' | 'primary' | 'danger' | 'off';
  keyHint?: string;
}

export function BarButton({ icon, label, word, onClick, on, busy = false, tone = '', keyHint }: Props) {
  return (
    <button
      type="button"
      className={`bar-button ${tone}`}
      aria-label={label}
      aria-pressed={on}
      aria-busy={busy}
      title={keyHint ? `${label} (${keyHint})` : label}
      onClick={onClick}
    >
      <span className="bar-icon">
        <Icon name={icon} />
      </span>
      <span className="bar-word">{word ?? label}</span>
    </button>
  );
}
