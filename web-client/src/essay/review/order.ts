/** The way of a reviewer through a list of essays. Pure. */
import type { EssayLine } from '../../protocol';

/** The essay before or after this one, and none beyond the ends. */
export function beside(list: readonly EssayLine[], id: number, step: 1 | -1): number | null {
  const at = list.findIndex((line) => line.id === id);
  return at < 0 ? null : (list[at + step]?.id ?? null);
}

/** The next essay that waits, after this one and then from the beginning. */
export function nextWaiting(list: readonly EssayLine[], after: number | null): number | null {
  const at = list.findIndex((line) => line.id === after);
  const waits = (line: EssayLine) => line.state === 'submitted' && line.id !== after;
  const rest = [...list.slice(at + 1), ...list.slice(0, Math.max(0, at))];
  return rest.find(waits)?.id ?? null;
}

export function doneOf(list: readonly EssayLine[]): number {
  return list.filter(({ state }) => state === 'accepted' || state === 'returned').length;
}
