/** The self-study of a trainee as the home page shows it. Pure. */
import { hoursFigure } from '../i18n/figures';
import type { Completed, SelfStudy } from '../protocol';

/** done: watched whole; shut: not open yet; gone: taken back; late: its time is over. */
export type Standing = 'shut' | 'gone' | 'fresh' | 'begun' | 'done' | 'late';

export function standingAt(study: SelfStudy, nowMs: number): Standing {
  if (study.completed !== null) return 'done';
  if (nowMs < study.from_ms) return 'shut';
  if (study.length_ms === null) return 'gone';
  if (nowMs >= study.until_ms) return 'late';
  return study.covered_ms > 0 ? 'begun' : 'fresh';
}

/** The whole percent that were watched: 100 only when it is done. */
export function percentOf(study: SelfStudy): number {
  if (study.completed !== null) return 100;
  if (!study.length_ms) return 0;
  return Math.min(99, Math.floor((study.covered_ms / study.length_ms) * 100));
}

/** The credit in the ledger for it; null where its content was earned before, or was taken away again. */
export function enteredHours(completed: Completed | null): string | null {
  return completed && completed.entered_ch > 0 ? hoursFigure(completed.entered_ch) : null;
}

const ORDER: Standing[] = ['begun', 'fresh', 'shut', 'gone', 'late', 'done'];

/** The lessons by urgency: begun ones first, then by the end of their time; done ones last. */
export function inOrder(studies: readonly SelfStudy[], nowMs: number): SelfStudy[] {
  const rank = (study: SelfStudy) => ORDER.indexOf(standingAt(study, nowMs));
  return [...studies].sort((a, b) => rank(a) - rank(b) || a.until_ms - b.until_ms);
}
