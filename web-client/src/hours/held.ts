/** The instants that may be chosen as start and end of a class that nobody started. Pure. */
import type { Held, Stretch } from '../protocol';

/** The interval of the choices between the ends of the media that were seen or heard. */
const STEP_MS = 300_000;

export interface Choice {
  atMs: number;
  planned: boolean;
}

/** The ends of the stretches, full five minutes within them, and the planned times that lie in one. */
export function choices({ media, planned_start_ms, planned_end_ms }: Held): Choice[] {
  const planned = new Set([planned_start_ms, planned_end_ms]);
  const instants = new Set<number>();
  for (const { from_ms, to_ms } of media) {
    instants.add(from_ms);
    for (let at = Math.ceil(from_ms / STEP_MS) * STEP_MS; at < to_ms; at += STEP_MS) instants.add(at);
    for (const at of planned) if (from_ms <= at && at <= to_ms) instants.add(at);
    instants.add(to_ms);
  }
  return [...instants].sort((a, b) => a - b).map((atMs) => ({ atMs, planned: planned.has(atMs) }));
}

/** The first proposal: the planned time as far as it was taught, else all that was seen or heard. */
export function proposed(held: Held): Stretch | null {
  const all = choices(held);
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return null;
  const from = all.find(({ atMs }) => atMs >= held.planned_start_ms) ?? first;
  const to = all.findLast(({ atMs }) => atMs <= held.planned_end_ms) ?? last;
  return from.atMs < to.atMs
    ? { from_ms: from.atMs, to_ms: to.atMs }
    : { from_ms: first.atMs, to_ms: last.atMs };
}
