/**
 * One clock for all tracks of a replay, and what each media element must do to keep to it. Pure: the
 * device's time comes in, orders come out; `player.ts` carries them out.
 *
 * The clock leads and the elements follow. An element a little off is nudged by its speed, one that
 * far ahead is held, one that is far behind is moved. Each is kept within 40 ms of the clock, so
 * picture and sound stay less than 80 ms apart.
 */

/** Where the replay is: a position, when that was, and how fast it moves since. */
export interface Playhead {
  positionMs: number;
  atMs: number;
  rate: number;
  running: boolean;
}

export function positionOf(head: Playhead, nowMs: number): number {
  return head.running ? head.positionMs + (nowMs - head.atMs) * head.rate : head.positionMs;
}

/** The same playhead seen from now, with something changed. */
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
  /** Has something to go on with from where it is. */
  ready: boolean;
  /** Nothing is loaded where it stands, but something begins this little later. */
  hopToMs: number | null;
  /** The person went elsewhere, and it has not been moved there yet. */
  asked: boolean;
  /** For how long it has had nothing to show. */
  stuckMs: number;
  /** Its speed. */
  rate: number;
  /** How much of the track's stretch is left at the clock. */
  restMs: number;
}

export interface Order {
  play: boolean;
  seekToMs: number | null;
  rate: number;
}

/** Closer than this is left alone. */
const IN_STEP_MS = 30;
/** What has been nudged is brought as close as this: every change of speed costs a sound some ms. */
const TOGETHER_MS = 5;
/** Up to `ms` off, the speed changes by `by`: unheard when little is wrong, quick when much is. */
const NUDGES = [
  { ms: 40, by: 0.02 },
  { ms: 120, by: 0.06 },
  { ms: Number.POSITIVE_INFINITY, by: 0.12 },
];
/** Further behind than this it is moved. */
const BEHIND_MAX_MS = 350;
/** Further ahead than this it is moved back; less is waited for. */
const AHEAD_MAX_MS = 2_000;
/** What an element is on its way to may still be loading; after this long nothing more comes of it. */
const ON_ITS_WAY_MS = 600;
/** So near the end of a stretch nothing is moved or waited for any more. */
export const LAST_MS = 700;
/** A standing element is put this exactly. */
const STANDING_MS = 40;

/** What an element must do whose track has something at `clockMs`. */
export function follow(clockMs: number, running: boolean, rate: number, element: Follower): Order {
  const stay: Order = { play: running, seekToMs: null, rate };
  const driftMs = element.atMs - clockMs;
  // Where somebody goes, it goes, however near: only by itself may it stand a little ahead.
  if (element.asked && Math.abs(driftMs) > STANDING_MS) return { play: false, seekToMs: clockMs, rate };
  // On its way to the right place; a way to another place would never be right, nor one into a hole.
  const leadsNowhere = element.hopToMs !== null && element.stuckMs > ON_ITS_WAY_MS;
  if (element.seeking && Math.abs(driftMs) <= BEHIND_MAX_MS && !leadsNowhere) return { ...stay, play: false };
  // It went over to what comes next by itself.
  if (driftMs > 0 && element.restMs < LAST_MS && driftMs > element.restMs) return { ...stay, play: false };
  if (element.hopToMs !== null && Math.abs(driftMs) <= AHEAD_MAX_MS) {
    return { play: false, seekToMs: element.hopToMs, rate };
  }
  if (driftMs < -BEHIND_MAX_MS || driftMs > AHEAD_MAX_MS) {
    return { play: false, seekToMs: clockMs, rate };
  }
  if (!running) {
    // What hopped over a hole stands a little ahead, and there is nothing nearer.
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

/** One of the elements the clock may have to wait for. */
export interface Awaited {
  ready: boolean;
  /** Pictures are not waited for while the page is hidden: browsers put them to sleep. */
  needed: boolean;
}

/** A slow track holds the others up this long; then they go on without it. */
export const PATIENCE_MS = 8_000;

/** True when the clock must stand still until more has been loaded. */
export function mustWait(elements: readonly Awaited[], waitedMs: number): boolean {
  const needed = elements.filter((one) => one.needed);
  const late = needed.filter((one) => !one.ready);
  if (late.length === 0) return false;
  return late.length === needed.length || waitedMs < PATIENCE_MS;
}
