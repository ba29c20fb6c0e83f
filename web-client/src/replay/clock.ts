/**
 * One clock for all tracks of a replay, and the orders by which each media element keeps to it. Pure: the device's
 * time comes in, orders come out; `player.ts` carries them out.
 *
 * The clock leads and the elements follow. An element a little off is nudged by its speed, one that is far ahead is
 * held, one that is far behind is moved. Each is kept within 40 ms of the clock, so picture and sound stay less than
 * 80 ms apart.
 */

/** The state of the replay: a position, the time at which it was there, and the speed since. */
export interface Playhead {
  positionMs: number;
  atMs: number;
  rate: number;
  running: boolean;
}

export function positionOf(head: Playhead, nowMs: number): number {
  return head.running ? head.positionMs + (nowMs - head.atMs) * head.rate : head.positionMs;
}

/** The same playhead seen from now, with a change. */
export function moved(
  head: Playhead,
  nowMs: number,
  change: Partial<Pick<Playhead, 'positionMs' | 'rate' | 'running'>>,
): Playhead {
  return { ...head, positionMs: positionOf(head, nowMs), atMs: nowMs, ...change };
}

/** A media element as it is now, in recording time. */
export interface Follower {
  atMs: number;
  paused: boolean;
  seeking: boolean;
  /** Whether it has media to go on with from its place. */
  ready: boolean;
  /** The distance to media that begin a little later, when nothing is loaded at its place; null = none. */
  hopToMs: number | null;
  /** Whether the person went elsewhere, and the element has not been moved there yet. */
  asked: boolean;
  /** The time for which it has had nothing to show. */
  stuckMs: number;
  /** Its speed. */
  rate: number;
  /** The rest of the track's stretch at the clock. */
  restMs: number;
}

export interface Order {
  play: boolean;
  seekToMs: number | null;
  rate: number;
}

/** The drift below which an element is left alone. */
const IN_STEP_MS = 30;
/** The drift to which a nudged element is brought: every change of speed costs a sound some ms. */
const TOGETHER_MS = 5;
/** The changes of speed, `by` for a drift up to `ms`: unheard when little is wrong, quick when much is. */
const NUDGES = [
  { ms: 40, by: 0.02 },
  { ms: 120, by: 0.06 },
  { ms: Number.POSITIVE_INFINITY, by: 0.12 },
];
/** The lag above which an element is moved. */
const BEHIND_MAX_MS = 350;
/** The lead above which an element is moved back; less is waited for. */
const AHEAD_MAX_MS = 2_000;
/** The time after which nothing more comes of media that an element is on its way to, which may still be loading. */
const ON_ITS_WAY_MS = 600;
/** The distance to the end of a stretch below which nothing is moved or waited for any more. */
export const LAST_MS = 700;
/** The precision with which a standing element is placed. */
const STANDING_MS = 40;

/** The order for an element whose track has media at `clockMs`. */
export function follow(clockMs: number, running: boolean, rate: number, element: Follower): Order {
  const stay: Order = { play: running, seekToMs: null, rate };
  const driftMs = element.atMs - clockMs;
  // It goes where the person goes, however near; only by itself may it stand a little ahead.
  if (element.asked && Math.abs(driftMs) > STANDING_MS) return { play: false, seekToMs: clockMs, rate };
  // On its way to the right place; a way to another place would never be right, nor one into a hole.
  const leadsNowhere = element.hopToMs !== null && element.stuckMs > ON_ITS_WAY_MS;
  if (element.seeking && Math.abs(driftMs) <= BEHIND_MAX_MS && !leadsNowhere) return { ...stay, play: false };
  // It went over to the next stretch by itself.
  if (driftMs > 0 && element.restMs < LAST_MS && driftMs > element.restMs) return { ...stay, play: false };
  if (element.hopToMs !== null && Math.abs(driftMs) <= AHEAD_MAX_MS) {
    return { play: false, seekToMs: element.hopToMs, rate };
  }
  if (driftMs < -BEHIND_MAX_MS || driftMs > AHEAD_MAX_MS) {
    return { play: false, seekToMs: clockMs, rate };
  }
  if (!running) {
    // An element that hopped over a hole stands a little ahead, and there is nothing nearer.
    return driftMs < -STANDING_MS ? { play: false, seekToMs: clockMs, rate } : { ...stay, play: false };
  }
  if (driftMs > BEHIND_MAX_MS) return { ...stay, play: false };
  return { ...stay, rate: rate * nudge(driftMs, element.rate !== rate) };
}

function nudge(driftMs: number, nudged: boolean): number {
  const off = Math.abs(driftMs);
  if (off <= (nudged ? TOGETHER_MS : IN_STEP_MS)) return 1;
  const by = NUDGES.find((nudge) => off <= nudge.ms)?.by ?? 0;
  return driftMs > 0 ? 1 - by : 1 + by;
}

/** One of the elements for which the clock may have to wait. */
export interface Awaited {
  ready: boolean;
  /**
   * Whether the clock waits for it. Pictures are not waited for while the page is hidden: browsers put them to sleep.
   */
  needed: boolean;
}

/** The time for which a slow track holds the others up; then they go on without it. */
export const PATIENCE_MS = 8_000;

/** Whether the clock must stand still until more has been loaded. */
export function mustWait(elements: readonly Awaited[], waitedMs: number): boolean {
  const needed = elements.filter((one) => one.needed);
  const late = needed.filter((one) => !one.ready);
  if (late.length === 0) return false;
  return late.length === needed.length || waitedMs < PATIENCE_MS;
}
