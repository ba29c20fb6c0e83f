/** The arithmetic of the time bar and of the viewer's own progress. Pure. */
import type { Progress, Stretch } from '../protocol';
import { clip, lengthOf, type Missing, subtract } from './stretches';

/** The place of a moment in the window, 0 to 1. */
export function shareOf(window: Stretch, ms: number): number {
  const length = window.to_ms - window.from_ms;
  if (length <= 0) return 0;
  return Math.min(1, Math.max(0, (ms - window.from_ms) / length));
}

/** A stretch as a piece of the bar, in percent. */
export function pieceOf(window: Stretch, one: Stretch): { left: string; width: string } {
  const from = shareOf(window, one.from_ms);
  return { left: percent(from), width: percent(shareOf(window, one.to_ms) - from) };
}

export interface Seen {
  minutes: number;
  /** The percentage seen of what can be watched at all, 0 to 100; 100 only when all of it was. */
  percent: number;
}

/** The watched part of what there is to see. */
export function seenOf(progress: Progress, window: Stretch, missing: readonly Missing[]): Seen {
  const playable = lengthOf(subtract([window], missing));
  const covered = lengthOf(clip(subtract(progress.covered, missing), window));
  const share = playable > 0 ? covered / playable : 0;
  // The server calls it done a little before the last second.
  const percent = progress.completed !== null ? 100 : Math.floor(share * 100);
  return { minutes: Math.floor(progress.covered_ms / 60_000), percent };
}

/** The index of the last entry that began at or before `positionMs`; -1 when none has. */
export function lastBegun(entries: readonly { at_ms: number }[], positionMs: number): number {
  return entries.findLastIndex((entry) => entry.at_ms <= positionMs);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
