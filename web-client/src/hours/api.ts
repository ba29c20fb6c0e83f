/** The hours' side of the REST interface. */
import { ask } from '../api';
import type {
  Appeal,
  AppealDecision,
  Approval,
  Corrected,
  LessonHours,
  MyHours,
  NewAppeal,
  NewCorrection,
  WaitingCorrection,
} from '../protocol';

function address(rest: string, seat: string): string {
  return `/api/hours/${rest}?as=${encodeURIComponent(seat)}`;
}

function post<T>(rest: string, seat: string, body: unknown): Promise<T> {
  return ask(address(rest, seat), { method: 'POST', body: JSON.stringify(body) });
}

export function myHours(seat: string, signal: AbortSignal): Promise<MyHours> {
  return ask(address('mine', seat), { signal });
}

export function lessonHours(lesson: string, seat: string, signal: AbortSignal): Promise<LessonHours> {
  return ask(address(encodeURIComponent(lesson), seat), { signal });
}

export function openAppeal(seat: string, appeal: NewAppeal): Promise<Appeal> {
  return post('appeals', seat, appeal);
}

export function allAppeals(seat: string, signal: AbortSignal): Promise<Appeal[]> {
  return ask(address('appeals', seat), { signal });
}

export function decideAppeal(seat: string, id: number, decision: AppealDecision): Promise<Corrected> {
  return post(`appeals/${id}`, seat, decision);
}

export function correct(seat: string, correction: NewCorrection): Promise<Corrected> {
  return post('corrections', seat, correction);
}

export function waitingCorrections(seat: string, signal: AbortSignal): Promise<WaitingCorrection[]> {
  return ask(address('corrections', seat), { signal });
}

export function approveCorrection(seat: string, id: number, approval: Approval): Promise<Corrected> {
  return post(`corrections/${id}`, seat, approval);
}

/** Files of a lesson, saved by the browser. */
export type HoursFile = 'sheet.csv' | 'sheet.xlsx' | 'events.jsonl';

export function fileOf(lesson: string, file: HoursFile, seat: string): string {
  return address(`${encodeURIComponent(lesson)}/${file}`, seat);
}
