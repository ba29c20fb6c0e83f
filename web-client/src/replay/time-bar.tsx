/** The time bar: the watched and the missing parts, and a slider that fingers and keys can move. */
import { useEffect, useState } from 'react';
import { formatElapsed } from '../i18n';
import type { Stretch } from '../protocol';
import { pieceOf, shareOf } from './bar';
import type { Player, PlayerView } from './player';
import { clip } from './stretches';
import { missingText, useReplayText } from './text';

/** The time after the last movement until the player goes there; every step on the way would load for nothing. */
const SETTLE_MS = 180;
const STEP_MS = 1_000;
/** The share of the bar that is wide enough for a word. */
const WORD_SHARE = 0.12;

interface Props {
  view: PlayerView;
  covered: readonly Stretch[];
  /** The published part, for people who see all of it. */
  published: Stretch | null;
  player: Player;
}

export function TimeBar({ view, covered, published, player }: Props) {
  const r = useReplayText();
  const { window, missing } = view;
  const [dragged, setDragged] = useState<number | null>(null);
  const positionMs = dragged ?? view.positionMs;

  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      player.seek(dragged);
      setDragged(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [dragged, player]);

  const now = formatElapsed(positionMs - window.from_ms);
  return (
    <div className="time-bar">
      <div className="time-track" aria-hidden="true">
        {clip(covered, window).map((one) => (
          <span key={one.from_ms} className="time-piece covered" style={pieceOf(window, one)} />
        ))}
        <span
          className="time-played"
          style={pieceOf(window, { from_ms: window.from_ms, to_ms: positionMs })}
        />
        {published &&
          [
            { from_ms: window.from_ms, to_ms: published.from_ms },
            { from_ms: published.to_ms, to_ms: window.to_ms },
          ]
            .filter((one) => one.to_ms > one.from_ms)
            .map((one) => (
              <span
                key={`cut ${one.from_ms}`}
                className="time-piece cut"
                style={pieceOf(window, one)}
                title={r.course.cutOff}
              />
            ))}
        {clip(missing, window).map((one) => (
          <span
            key={one.from_ms}
            className={`time-piece missing ${one.why}`}
            style={pieceOf(window, one)}
            title={missingText(one, r)}
          >
            {shareOf(window, one.to_ms) - shareOf(window, one.from_ms) > WORD_SHARE && missingText(one, r)}
          </span>
        ))}
      </div>
      <input
        type="range"
        aria-label={r.controls.position}
        aria-valuetext={r.controls.positionOf(now, formatElapsed(window.to_ms - window.from_ms))}
        min={window.from_ms}
        max={window.to_ms}
        step={STEP_MS}
        value={Math.round(positionMs)}
        onChange={(event) => setDragged(Number(event.target.value))}
      />
      {dragged !== null && <output className="drag-time">{now}</output>}
    </div>
  );
}
