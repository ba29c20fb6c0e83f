/** The class sheet while the class runs: who needs care comes first. Pure. */
import type { SheetLine } from '../protocol';

/** Missed a check, came late, nothing to say; the same for everybody who has no line yet. */
export function careRank(line: SheetLine | undefined): number {
  if (!line) return 2;
  if (line.answered < line.asked) return 0;
  return line.late ? 1 : 2;
}

export function wholeMinutes(seconds: number): number {
  return Math.floor(Math.max(0, seconds) / 60);
}
