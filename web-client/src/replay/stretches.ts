/** Sets of stretches of time, and the parts of a recording with nothing to show. Pure. */
import type { GapReason, Replay, Stretch } from '../protocol';

export type Why = 'break' | 'off_record' | 'gap';

/** A stretch in which no track has anything. */
export interface Missing extends Stretch {
  why: Why;
  /** The fault that caused it; null = none. */
  reason: GapReason | null;
}

/** The shortest hole that is worth a jump; the clock walks through shorter ones. */
const MISSING_MIN_MS = 2_000;

/** The stretches sorted, and merged where they touch. */
export function union(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.filter(notEmpty).sort((a, b) => a.from_ms - b.from_ms);
  const merged: Stretch[] = [];
  for (const { from_ms, to_ms } of sorted) {
    const last = merged.at(-1);
    if (last && from_ms <= last.to_ms) last.to_ms = Math.max(last.to_ms, to_ms);
    else merged.push({ from_ms, to_ms });
  }
  return merged;
}

/** The parts of `from` that are not in `taken`. */
export function subtract(from: readonly Stretch[], taken: readonly Stretch[]): Stretch[] {
  let left = union(from);
  for (const { from_ms, to_ms } of taken) {
    left = left.flatMap((one) => [
      { from_ms: one.from_ms, to_ms: Math.min(one.to_ms, from_ms) },
      { from_ms: Math.max(one.from_ms, to_ms), to_ms: one.to_ms },
    ]);
    left = left.filter(notEmpty);
  }
  return left;
}

/** The parts of `stretches` that lie in `window`. */
export function clip<S extends Stretch>(stretches: readonly S[], window: Stretch): S[] {
  return stretches
    .map((one) => ({
      ...one,
      from_ms: Math.max(one.from_ms, window.from_ms),
      to_ms: Math.min(one.to_ms, window.to_ms),
    }))
    .filter(notEmpty);
}

export function lengthOf(stretches: readonly Stretch[]): number {
  return union(stretches).reduce((sum, one) => sum + one.to_ms - one.from_ms, 0);
}

export function at<S extends Stretch>(stretches: readonly S[], positionMs: number): S | null {
  return stretches.find((one) => one.from_ms <= positionMs && positionMs < one.to_ms) ?? null;
}

/** The part that is shown to this viewer: people who may edit see all of it. */
export function windowOf(replay: Replay): Stretch {
  const all = { from_ms: 0, to_ms: replay.duration_ms };
  const shown = replay.course?.shown;
  if (!shown || replay.may_edit || replay.live) return all;
  return clip([shown], all)[0] ?? all;
}

/** The stretches with nothing to show, oldest first, never overlapping. */
export function missingOf(replay: Replay): Missing[] {
  const all = [{ from_ms: 0, to_ms: replay.duration_ms }];
  const something = union(replay.tracks.flatMap((track) => track.stretches));
  const offRecord = union(replay.off_record);
  const breaks = subtract(replay.breaks, offRecord);
  // While the class runs, the newest seconds are on their way and no hole.
  const known = replay.live ? [{ from_ms: 0, to_ms: something.at(-1)?.to_ms ?? 0 }] : all;
  const holes = subtract(known, [...something, ...offRecord, ...breaks]);
  const reasonOf = (hole: Stretch) =>
    replay.gaps.find((gap) => gap.from_ms < hole.to_ms && hole.from_ms < gap.to_ms)?.why ?? null;
  const missing: Missing[] = [
    ...offRecord.map((one) => ({ ...one, why: 'off_record' as const, reason: null })),
    ...breaks.map((one) => ({ ...one, why: 'break' as const, reason: null })),
    ...holes.map((one) => ({ ...one, why: 'gap' as const, reason: reasonOf(one) })),
  ];
  return missing
    .filter((one) => one.to_ms - one.from_ms >= MISSING_MIN_MS)
    .sort((a, b) => a.from_ms - b.from_ms);
}

/** The place to go on from `positionMs` when all missing stretches are skipped. */
export function afterMissing(missing: readonly Missing[], positionMs: number): number {
  let position = positionMs;
  for (const one of missing) {
    if (one.from_ms <= position && position < one.to_ms) position = one.to_ms;
  }
  return position;
}

function notEmpty(one: Stretch): boolean {
  return one.from_ms < one.to_ms;
}
