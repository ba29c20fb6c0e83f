/** The office's side of the REST interface. */
import { askAs } from '../api';
import type {
  AccountLine,
  AccountRole,
  AccountState,
  Accounts,
  Announcement,
  AuditPage,
  CancelLesson,
  ChangeLesson,
  CheckPlan,
  Class,
  ClassLesson,
  Compare,
  Compared,
  Concern,
  Correction,
  CourseKind,
  Decide,
  Decided,
  Formed,
  Imported,
  InvitationMade,
  NewAnnouncement,
  NewClass,
  NewLessons,
  NewPerson,
  NewPhase,
  NewProgramme,
  NewStudio,
  NominationPage,
  PersonName,
  Phase,
  PhaseCourse,
  Policies,
  PolicyFigures,
  Programme,
  Quotas,
  RegistrationCounts,
  RegistrationDetail,
  RegistrationPage,
  ReplaceNominee,
  Revealed,
  RevealedRegistration,
  RoleGrant,
  Studio,
  StudySource,
  Timetable,
  TimetableLesson,
  Unit,
  UnitContacts,
} from '../protocol';
import { as } from '../routes';
import { type Filter, paramsOf } from './registrations/filter';

const path = encodeURIComponent;
/** The time for files of 10,000 rows and decisions on hundreds, which take longer than a page does. */
const LONG_MS = 120_000;

function query(values: Record<string, string>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

export const PAGE_ROWS = 100;
/** The most rows that the server gives at once. */
export const WALK_ROWS = 200;

export function registrations(
  seat: string,
  phase: string,
  filter: Filter,
  after: number | null,
  { limit = PAGE_ROWS, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<RegistrationPage> {
  const asked = query({
    ...paramsOf(filter),
    after: after === null ? '' : String(after),
    limit: String(limit),
  });
  return askAs(seat, `/api/phases/${path(phase)}/registrations${asked}`, signal && { signal });
}

export function registrationCounts(
  seat: string,
  phase: string,
  filter: Filter,
  signal: AbortSignal,
): Promise<RegistrationCounts> {
  return askAs(seat, `/api/phases/${path(phase)}/registrations/counts${query(paramsOf(filter))}`, { signal });
}

/** The concerns about the lessons ahead. */
export function concernsOf(seat: string, phase: string, signal: AbortSignal): Promise<Concern[]> {
  return askAs(seat, `/api/phases/${path(phase)}/concerns`, { signal });
}

/** The concerns about lessons before they are saved. */
export function checkPlan(seat: string, phase: string, body: CheckPlan): Promise<Concern[]> {
  return askAs(seat, `/api/phases/${path(phase)}/concerns`, { body });
}

export function decide(seat: string, phase: string, body: Decide): Promise<Decided> {
  return askAs(seat, `/api/phases/${path(phase)}/registrations/decide`, { body, timeoutMs: LONG_MS });
}

/** The number of these registrations that do not agree with the lists of nominees. */
export async function differing(
  seat: string,
  phase: string,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  const body: Compare = { ids: [...ids] };
  const address = `/api/phases/${path(phase)}/registrations/compare`;
  return (await askAs<Compared>(seat, address, { body, signal })).differ;
}

export function registration(seat: string, id: number, signal: AbortSignal): Promise<RegistrationDetail> {
  return askAs(seat, `/api/registrations/${id}`, { signal });
}

export function correctRegistration(seat: string, id: number, body: Correction): Promise<RegistrationDetail> {
  return askAs(seat, `/api/registrations/${id}`, { method: 'PATCH', body });
}

export function revealRegistration(seat: string, id: number, reason: string): Promise<RevealedRegistration> {
  return askAs(seat, `/api/registrations/${id}/reveal`, { body: { reason } });
}

export type FileFormat = 'xlsx' | 'csv' | 'gb18030';

/**
 * The address of the file, which the browser saves; with a reason the numbers are in full, and the reason is in the
 * audit log.
 */
export function registrationsFile(
  seat: string,
  phase: string,
  format: FileFormat,
  filter: Filter,
  reason: string,
): string {
  return as(
    `/api/phases/${path(phase)}/registrations/file${query({ ...paramsOf(filter), format, reason })}`,
    seat,
  );
}

export function nominationsFile(seat: string, phase: string, format: FileFormat, reason: string): string {
  return as(`/api/phases/${path(phase)}/nominations/file${query({ format, reason })}`, seat);
}

export function quotasFile(seat: string, programme: string, format: FileFormat): string {
  return as(`/api/programmes/${path(programme)}/quotas/file${query({ format })}`, seat);
}

/** Imports quotas; with `check` nothing is taken, and the answer says what would be. */
export function importQuotas(seat: string, programme: string, file: Blob, check: boolean): Promise<Imported> {
  const asked = query({ check: check ? 'true' : '' });
  return askAs(seat, `/api/programmes/${path(programme)}/quotas/file${asked}`, {
    body: file,
    timeoutMs: LONG_MS,
  });
}

export function importNominations(
  seat: string,
  programme: string,
  file: Blob,
  check: boolean,
): Promise<Imported> {
  const asked = query({ check: check ? 'true' : '' });
  return askAs(seat, `/api/programmes/${path(programme)}/nominations/file${asked}`, {
    body: file,
    timeoutMs: LONG_MS,
  });
}

export function removeNominee(seat: string, id: number, reason: string): Promise<void> {
  return askAs(seat, `/api/nominations/${id}/remove`, { body: { reason } });
}

export function replaceNominee(seat: string, id: number, body: ReplaceNominee): Promise<void> {
  return askAs(seat, `/api/nominations/${id}/replace`, { body });
}

export function nominations(
  seat: string,
  phase: string,
  { unit, text }: { unit: string; text: string },
  after: number | null,
  signal: AbortSignal,
): Promise<NominationPage> {
  const asked = query({ unit, text, after: after === null ? '' : String(after) });
  return askAs(seat, `/api/phases/${path(phase)}/nominations${asked}`, { signal });
}

export function contacts(seat: string, programme: string, signal: AbortSignal): Promise<UnitContacts[]> {
  return askAs(seat, `/api/programmes/${path(programme)}/contacts`, { signal });
}

export function setContacts(seat: string, programme: string, body: UnitContacts): Promise<void> {
  return askAs(seat, `/api/programmes/${path(programme)}/contacts`, { method: 'PUT', body });
}

export function contactsFile(seat: string, programme: string, format: FileFormat): string {
  return as(`/api/programmes/${path(programme)}/contacts/file${query({ format })}`, seat);
}

export function quotas(seat: string, phase: string, signal?: AbortSignal): Promise<Quotas> {
  return askAs(seat, `/api/phases/${path(phase)}/quotas`, signal && { signal });
}

export function setQuotas(
  seat: string,
  phase: string,
  rows: { unit: string; seats: number }[],
): Promise<Quotas> {
  return askAs(seat, `/api/phases/${path(phase)}/quotas`, { method: 'PUT', body: { rows } });
}

export function makeUnit(seat: string, programme: string, name: string): Promise<Unit> {
  return askAs(seat, `/api/programmes/${path(programme)}/units`, { body: { name } });
}

export function makeProgramme(seat: string, body: NewProgramme): Promise<Programme> {
  return askAs(seat, '/api/programmes', { body });
}

export function policies(seat: string, programme: string, signal: AbortSignal): Promise<Policies> {
  return askAs(seat, `/api/programmes/${path(programme)}/policy`, { signal });
}

export function setPolicy(seat: string, programme: string, figures: PolicyFigures): Promise<Programme> {
  return askAs(seat, `/api/programmes/${path(programme)}/policy`, { method: 'PUT', body: { figures } });
}

export function savePhase(
  seat: string,
  programme: string,
  phase: string | null,
  body: NewPhase,
): Promise<Phase> {
  if (phase === null) return askAs(seat, `/api/programmes/${path(programme)}/phases`, { body });
  return askAs(seat, `/api/phases/${path(phase)}`, { method: 'PUT', body });
}

export function classes(seat: string, phase: string, signal: AbortSignal): Promise<Class[]> {
  return askAs(seat, `/api/phases/${path(phase)}/classes`, { signal });
}

export function formClasses(seat: string, phase: string): Promise<Formed> {
  return askAs(seat, `/api/phases/${path(phase)}/classes/form`, { method: 'POST', timeoutMs: LONG_MS });
}

export function saveClass(seat: string, phase: string, id: string | null, body: NewClass): Promise<Class> {
  if (id === null) return askAs(seat, `/api/phases/${path(phase)}/classes`, { body });
  return askAs(seat, `/api/classes/${path(id)}`, { method: 'PUT', body });
}

export function courses(seat: string, phase: string, signal: AbortSignal): Promise<PhaseCourse[]> {
  return askAs(seat, `/api/phases/${path(phase)}/courses`, { signal });
}

export function makeLessons(seat: string, phase: string, body: NewLessons): Promise<ClassLesson[]> {
  return askAs(seat, `/api/phases/${path(phase)}/lessons`, { body, timeoutMs: LONG_MS });
}

export function makeStudio(seat: string, phase: string, body: NewStudio): Promise<Studio> {
  return askAs(seat, `/api/phases/${path(phase)}/studios`, { body });
}

export function studios(seat: string, phase: string, signal: AbortSignal): Promise<TimetableLesson[]> {
  return askAs(seat, `/api/phases/${path(phase)}/studios`, { signal });
}

export function studySources(seat: string, phase: string, signal: AbortSignal): Promise<StudySource[]> {
  return askAs(seat, `/api/phases/${path(phase)}/sources`, { signal });
}

export function timetable(seat: string, id: string, signal: AbortSignal): Promise<Timetable> {
  return askAs(seat, `/api/timetable/${path(id)}`, { signal });
}

/** The people who may teach, by part of a name. */
export function instructors(seat: string, text: string): Promise<PersonName[]> {
  return askAs(seat, `/api/instructors${query({ text })}`);
}

export function changeLesson(seat: string, lesson: string, body: ChangeLesson): Promise<TimetableLesson> {
  return askAs(seat, `/api/timetable/lessons/${path(lesson)}`, { method: 'PUT', body });
}

export function cancelLesson(seat: string, lesson: string, body: CancelLesson): Promise<TimetableLesson> {
  return askAs(seat, `/api/timetable/lessons/${path(lesson)}/cancel`, { body });
}

export function announcements(
  seat: string,
  to: { phase?: string; class?: string },
  signal: AbortSignal,
): Promise<Announcement[]> {
  return askAs(seat, `/api/announcements${query({ phase: to.phase ?? '', class: to.class ?? '' })}`, {
    signal,
  });
}

export function announce(seat: string, body: NewAnnouncement): Promise<Announcement> {
  return askAs(seat, '/api/announcements', { body });
}

export function takeBack(seat: string, id: number): Promise<void> {
  return askAs(seat, `/api/announcements/${id}`, { method: 'DELETE' });
}

export interface AccountFilter {
  text: string;
  role: AccountRole | '';
  unit: string;
}

export function accounts(
  seat: string,
  filter: AccountFilter,
  after: string | null,
  signal?: AbortSignal,
): Promise<Accounts> {
  return askAs(seat, `/api/accounts${query({ ...filter, after: after ?? '' })}`, signal && { signal });
}

export function makePerson(seat: string, body: NewPerson): Promise<InvitationMade> {
  return askAs(seat, '/api/accounts', { body });
}

export function inviteAgain(
  seat: string,
  person: string,
  forget: boolean,
  reason: string,
): Promise<InvitationMade> {
  const body = { forget_second_factor: forget, reason };
  return askAs(seat, `/api/accounts/${path(person)}/invitation`, { body });
}

export function setRoles(
  seat: string,
  person: string,
  roles: RoleGrant[],
  reason: string,
): Promise<AccountLine> {
  return askAs(seat, `/api/accounts/${path(person)}/roles`, { method: 'PUT', body: { roles, reason } });
}

export function setAccountState(
  seat: string,
  person: string,
  state: AccountState,
  reason: string,
): Promise<AccountLine> {
  return askAs(seat, `/api/accounts/${path(person)}/state`, { method: 'PUT', body: { state, reason } });
}

export function setPhone(seat: string, person: string, phone: string, reason: string): Promise<AccountLine> {
  return askAs(seat, `/api/accounts/${path(person)}/phone`, { method: 'PUT', body: { phone, reason } });
}

export function revealPhone(seat: string, person: string, reason: string): Promise<Revealed> {
  return askAs(seat, `/api/accounts/${path(person)}/reveal`, { body: { reason } });
}

export interface AuditFilter {
  actor: string;
  act: string;
  target: string;
}

export function audit(
  seat: string,
  filter: AuditFilter,
  before: number | null,
  signal: AbortSignal,
): Promise<AuditPage> {
  return askAs(seat, `/api/audit${query({ ...filter, before: before === null ? '' : String(before) })}`, {
    signal,
  });
}

export function auditFile(seat: string): string {
  return as('/api/audit/events.csv', seat);
}

export const COURSE_KINDS: readonly CourseKind[] = ['live', 'async'];
