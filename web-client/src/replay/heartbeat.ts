/**
 * The times at which watched stretches are reported to the server. Pure.
 *
 * The server believes no more than its own clock allows between two heartbeats, so watching begins with an empty one,
 * and every jump and pause ends a stretch at once.
 */
import type { Stretch } from '../protocol';

export const EVERY_MS = 15_000;
/** The shortest stretch that is reported; shorter ones come from looking for a place, not from watching. */
const WORTH_TELLING_MS = 1_000;

export interface Watching {
  /** The position since which it has been watched without a jump; null = nothing is being watched. */
  fromMs: number | null;
  /** The time at which the last heartbeat was due, by this device's clock. */
  toldAtMs: number;
}

export const notWatching: Watching = { fromMs: null, toldAtMs: 0 };

export interface Step {
  watching: Watching;
  /** The heartbeat to send now; null = none. */
  beat: Stretch | null;
}

/** The replay begins to play, or goes on elsewhere. */
export function begin(positionMs: number, nowMs: number): Step {
  return {
    watching: { fromMs: positionMs, toldAtMs: nowMs },
    beat: { from_ms: Math.round(positionMs), to_ms: Math.round(positionMs) },
  };
}

/** The replay plays on. */
export function tick(watching: Watching, positionMs: number, nowMs: number): Step {
  if (watching.fromMs === null || nowMs - watching.toldAtMs < EVERY_MS) return { watching, beat: null };
  return {
    watching: { fromMs: positionMs, toldAtMs: nowMs },
    beat: { from_ms: Math.round(watching.fromMs), to_ms: Math.round(positionMs) },
  };
}

/** The replay stops at `positionMs`, or jumps away from there. */
export function end(watching: Watching, positionMs: number): Step {
  const { fromMs } = watching;
  if (fromMs === null || positionMs - fromMs < WORTH_TELLING_MS) return { watching: notWatching, beat: null };
  return {
    watching: notWatching,
    beat: { from_ms: Math.round(fromMs), to_ms: Math.round(positionMs) },
  };
}
