/** The hours' side of the REST interface. */
import { ask, askAs } from '../api';
import type {
  Appeal,
  AppealDecision,
  Approval,
  Conversion,
  Corrected,
  LessonHours,
  MyHours,
  NewAppeal,
  NewCorrection,
  Statement,
  WaitingCorrection,
} from '../protocol';
import { as } from '../routes';

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

/** The files of a lesson, which the browser saves. */
export type HoursFile = 'sheet.csv' | 'sheet.xlsx' | 'events.jsonl';

export function fileOf(lesson: string, file: HoursFile, seat: string): string {
  return address(`${encodeURIComponent(lesson)}/${file}`, seat);
}

const statementOf = (registration: number | null, rest = '') =>
  registration === null
    ? `/api/hours/statement${rest}`
    : `/api/registrations/${registration}/statement${rest}`;

/** Number of somebody's registration; null: the own one. */
export function statement(
  seat: string,
  registration: number | null,
  signal: AbortSignal,
): Promise<Statement> {
  return askAs(seat, statementOf(registration), { signal });
}

/** As PDF. */
export function statementFile(seat: string, registration: number | null): string {
  return as(statementOf(registration, '/file'), seat);
}

export function conversion(seat: string, programme: string, signal: AbortSignal): Promise<Conversion> {
  return askAs(seat, `/api/programmes/${encodeURIComponent(programme)}/conversion`, { signal });
}

export function setConversion(seat: string, programme: string, body: Conversion): Promise<void> {
  return askAs(seat, `/api/programmes/${encodeURIComponent(programme)}/conversion`, { method: 'PUT', body });
}
