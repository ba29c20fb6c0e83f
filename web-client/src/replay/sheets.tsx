/** The sheet of rare settings: voices, skipping, sound only; and the list of keys. */
import { useOnlyTouch } from '../kit/hooks';
import { Icon } from '../kit/icons';
import { KeyList } from '../kit/key-list';
import { Sheet } from '../kit/sheet';
import { LanguageSwitch, useText } from '../kit/text';
import type { Replay } from '../protocol';
import type { Player, PlayerView } from './player';
import { useReplayText } from './text';
import { voicesAt } from './tracks';

interface SettingsProps {
  replay: Replay;
  player: Player;
  view: PlayerView;
  onSoundOnly: (on: boolean) => void;
  onKeys: () => void;
  onClose: () => void;
}

export function SettingsSheet({ replay, player, view, onSoundOnly, onKeys, onClose }: SettingsProps) {
  const { t } = useText();
  const r = useReplayText();
  const onlyTouch = useOnlyTouch();
  const hear = (name: string, on: boolean) => {
    const others = view.silenced.filter((one) => one !== name);
    player.set({ silenced: on ? others : [...others, name] });
  };
  return (
    <Sheet title={r.settings.title} onClose={onClose}>
      <Switch label={r.settings.skips} on={view.skips} onChange={(skips) => player.set({ skips })} />
      <Switch label={r.settings.soundOnly} on={view.soundOnly} onChange={onSoundOnly} />
      <fieldset className="column">
        <legend>{r.settings.voices}</legend>
        <p className="hint">{r.settings.voicesHint}</p>
        {voicesAt(replay, view.positionMs).map((voice) => (
          <Switch
            key={voice.name}
            label={`${voice.name} · ${t.role[voice.role]}`}
            hint={voice.present ? r.settings.now : ''}
            on={!view.silenced.includes(voice.name)}
            onChange={(on) => hear(voice.name, on)}
          />
        ))}
      </fieldset>
      {!onlyTouch && (
        <button type="button" className="menu-item" onClick={onKeys}>
          <Icon name="help" />
          {r.keys.title}
        </button>
      )}
      <LanguageSwitch />
    </Sheet>
  );
}

interface SwitchProps {
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Switch({ label, hint, on, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
      {hint && <span className="mark on-stage">{hint}</span>}
    </label>
  );
}

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const r = useReplayText();
  const keys: [string, string][] = [
    ['K', r.keys.play],
    ['J', r.keys.back],
    ['L', r.keys.forward],
    ['← →', r.keys.step],
    ['M', r.keys.mute],
    ['F', r.keys.full],
    ['C', r.keys.chat],
    ['?', r.keys.help],
  ];
  return (
    <Sheet title={r.keys.title} onClose={onClose}>
      <KeyList keys={keys} />
    </Sheet>
  );
}
