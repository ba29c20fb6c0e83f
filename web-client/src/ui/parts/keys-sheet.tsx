/** The list of shortcuts and the switch that turns them off (WCAG 2.1.4). */
import { useText } from '../text';
import { Sheet } from './sheet';

interface Props {
  role: 'instructor' | 'trainee';
  enabled: boolean;
  onEnabled: (enabled: boolean) => void;
  onClose: () => void;
}

export function KeysSheet({ role, enabled, onEnabled, onClose }: Props) {
  const { t } = useText();
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
      <dl className="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
