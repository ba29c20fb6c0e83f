/** What a trainee studies alone, as the home page shows it. Pure. */
import { hoursFigure } from '../i18n/figures';
import type { Completed, SelfStudy } from '../protocol';

/** done: watched whole; shut: not yet, or it was taken back; late: its time is over. */
export type Standing = 'shut' | 'gone' | 'fresh' | 'begun' | 'done' | 'late';

export function standingAt(study: SelfStudy, nowMs: number): Standing {
  if (study.completed !== null) return 'done';
  if (nowMs < study.from_ms) return 'shut';
  if (study.length_ms === null) return 'gone';
  if (nowMs >= study.until_ms) return 'late';
  return study.covered_ms > 0 ? 'begun' : 'fresh';
}

/** Whole percent that were watched: 100 only when it is done. */
export function percentOf(study: SelfStudy): number {
  if (study.completed !== null) return 100;
  if (!study.length_ms) return 0;
  return Math.min(99, Math.floor((study.covered_ms / study.length_ms) * 100));
}

/** What the ledger has for it; null where its content was earned before, or was taken away again. */
export function enteredHours(completed: Completed | null): string | null {
  return completed && completed.entered_ch > 0 ? hoursFigure(completed.entered_ch) : null;
}

const ORDER: Standing[] = ['begun', 'fresh', 'shut', 'gone', 'late', 'done'];

/** What is to be done first: begun, then by the end of its time; what is done comes last. */
export function inOrder(studies: readonly SelfStudy[], nowMs: number): SelfStudy[] {
  const rank = (study: SelfStudy) => ORDER.indexOf(standingAt(study, nowMs));
  return [...studies].sort((a, b) => rank(a) - rank(b) || a.until_ms - b.until_ms);
}
