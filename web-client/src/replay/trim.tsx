/** The start and end of the shown part: dragged, or set to the present place of the replay. */
import { useId } from 'react';
import { formatElapsed } from '../i18n';
import type { Stretch } from '../protocol';
import type { Player } from './player';
import { useReplayText } from './text';

interface Props {
  shown: Stretch;
  durationMs: number;
  player: Player;
  onChange: (shown: Stretch) => void;
}

export function Trim({ shown, durationMs, player, onChange }: Props) {
  const r = useReplayText();
  const whole = shown.from_ms === 0 && shown.to_ms === durationMs;
  const now = () => Math.round(player.position());
  return (
    <fieldset className="trim">
      <TrimEnd
        label={r.course.from}
        here={r.course.fromHere}
        value={shown.from_ms}
        durationMs={durationMs}
        onChange={(from_ms) => onChange({ ...shown, from_ms })}
        onHere={() => onChange({ ...shown, from_ms: now() })}
      />
      <TrimEnd
        label={r.course.to}
        here={r.course.toHere}
        value={shown.to_ms}
        durationMs={durationMs}
        onChange={(to_ms) => onChange({ ...shown, to_ms })}
        onHere={() => onChange({ ...shown, to_ms: now() })}
      />
      {!whole && (
        <button
          type="button"
          className="button quiet small"
          onClick={() => onChange({ from_ms: 0, to_ms: durationMs })}
        >
          {r.course.whole}
        </button>
      )}
    </fieldset>
  );
}

interface EndProps {
  label: string;
  here: string;
  value: number;
  durationMs: number;
  onChange: (ms: number) => void;
  onHere: () => void;
}

function TrimEnd({ label, here, value, durationMs, onChange, onHere }: EndProps) {
  const id = useId();
  return (
    <div className="trim-end">
      <label htmlFor={id}>
        {label} <b>{formatElapsed(value)}</b>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={durationMs}
        step={500}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <button type="button" className="button small" onClick={onHere}>
        {here}
      </button>
    </div>
  );
}
