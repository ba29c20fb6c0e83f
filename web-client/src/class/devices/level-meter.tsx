/** A bar that moves with the voice, and says in words whether anything was heard. */
import { useEffect, useRef, useState } from 'react';
import { useClassText } from '../text';
import { watchLevel } from './devices';

/** The level above which a voice counts as heard: speech at arm's length lies well above it, a quiet room below. */
const HEARD = 0.35;

/** The share of its height that the bar keeps from one reading to the next: quick up, calm down. */
const FALL = 0.88;

export function LevelMeter({ track }: { track: MediaStreamTrack }) {
  const { t } = useClassText();
  const bar = useRef<HTMLDivElement>(null);
  const [heard, setHeard] = useState(false);

  useEffect(() => {
    setHeard(false);
    let shown = 0;
    return watchLevel(track, (level) => {
      const element = bar.current;
      if (!element) return;
      shown = Math.max(level, shown * FALL);
      element.style.setProperty('--level', shown.toFixed(2));
      element.setAttribute('aria-valuenow', String(Math.round(level * 100)));
      if (level > HEARD) setHeard(true);
    });
  }, [track]);

  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot be driven fifteen times a second without a re-render */}
      <div
        className="meter"
        role="meter"
        aria-label={t.check.level}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
        ref={bar}
      >
        <span className="meter-fill" />
      </div>
      <p className={heard ? 'hint good' : 'hint'} role="status">
        {heard ? t.check.good : t.check.silent}
      </p>
    </div>
  );
}
