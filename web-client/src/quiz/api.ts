/** The self-test's side of the REST interface. */
import { askAs } from '../api';
import { at } from '../base/path';
import type {
  Imported,
  MyQuiz,
  QuizBank,
  QuizBanked,
  QuizQuestion,
  QuizResults,
  QuizReview,
  QuizRule,
  QuizSaved,
  SaveQuizAnswer,
} from '../protocol';
import { as } from '../routes';

/** Reading a large file takes a while. */
const IMPORT_TIMEOUT_MS = 120_000;

const of = (phase: string, rest = '') => `/api/phases/${encodeURIComponent(phase)}/quiz${rest}`;

export function myQuiz(seat: string, phase: string, signal?: AbortSignal): Promise<MyQuiz> {
  return askAs(seat, of(phase), signal ? { signal } : {});
}

export function beginTry(seat: string, phase: string, number: number): Promise<MyQuiz> {
  return askAs(seat, of(phase, `/tries/${number}`), { method: 'POST' });
}

export function saveAnswer(
  seat: string,
  phase: string,
  number: number,
  place: number,
  body: SaveQuizAnswer,
): Promise<QuizSaved> {
  return askAs(seat, of(phase, `/tries/${number}/answers/${place}`), { method: 'PUT', body });
}

export function handIn(seat: string, phase: string, number: number): Promise<MyQuiz> {
  return askAs(seat, of(phase, `/tries/${number}/hand-in`), { method: 'POST' });
}

export function reviewOf(
  seat: string,
  phase: string,
  number: number,
  signal: AbortSignal,
): Promise<QuizReview> {
  return askAs(seat, of(phase, `/tries/${number}`), { signal });
}

export function quizBank(seat: string, phase: string, signal: AbortSignal): Promise<QuizBank> {
  return askAs(seat, of(phase, '/bank'), { signal });
}

export function setRule(seat: string, phase: string, body: QuizRule): Promise<QuizBank> {
  return askAs(seat, of(phase, '/rule'), { method: 'PUT', body });
}

/** `id`: null = a new one. */
export function putQuestion(
  seat: string,
  phase: string,
  id: number | null,
  body: QuizQuestion,
): Promise<QuizBanked> {
  if (id === null) return askAs(seat, of(phase, '/questions'), { method: 'POST', body });
  return askAs(seat, of(phase, `/questions/${id}`), { method: 'PUT', body });
}

export function removeQuestion(seat: string, phase: string, id: number): Promise<void> {
  return askAs(seat, of(phase, `/questions/${id}`), { method: 'DELETE' });
}

/** With `check` nothing is taken yet. */
export function importQuestions(seat: string, phase: string, file: File, check: boolean): Promise<Imported> {
  const path = of(phase, `/questions/file?check=${check}`);
  return askAs(seat, path, { method: 'POST', body: file, timeoutMs: IMPORT_TIMEOUT_MS });
}

/** The bank as a table; of an empty one, how it is filled in. */
export function bankFile(seat: string, phase: string): string {
  return at(as(of(phase, '/questions/file?format=xlsx'), seat));
}

export function quizResults(seat: string, phase: string, signal: AbortSignal): Promise<QuizResults> {
  return askAs(seat, of(phase, '/results'), { signal });
}

/** Who has reached what as a table. */
export function resultsFile(seat: string, phase: string): string {
  return at(as(of(phase, '/results/file?format=xlsx'), seat));
}
