/** Reports in the REST interface. */
import { askAs } from '../../api';
import type {
  AskReports,
  AttainmentPage,
  KeptReports,
  MyHours,
  PhaseOverview,
  ReportsAsked,
  UnitSummary,
} from '../../protocol';
import { as } from '../../routes';
import type { FileFormat } from '../api';

const of = (phase: string, rest: string) => `/api/phases/${encodeURIComponent(phase)}/${rest}`;

export type Passed = 'yes' | 'no' | 'open' | '';

/** Whose results; what is empty fits all. */
export interface Wanted {
  unit: string;
  class: string;
  passed: Passed;
  /** Only who is behind the timetable, or can no longer reach the hours. */
  behind: 'true' | '';
  text: string;
}

export const EVERYBODY: Wanted = { unit: '', class: '', passed: '', behind: '', text: '' };

function query(values: Record<string, string>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

export function attainments(
  seat: string,
  phase: string,
  wanted: Wanted,
  after: number | null,
  signal: AbortSignal,
): Promise<AttainmentPage> {
  const asked = query({ ...wanted, after: after === null ? '' : String(after) });
  return askAs(seat, of(phase, `attainments${asked}`), { signal });
}

/** How many are behind in a phase, of those whom one sees; null = the server did not count. */
export async function behindCount(seat: string, phase: string, signal: AbortSignal): Promise<number | null> {
  const asked = query({ behind: 'true', limit: '1' });
  const { counts } = await askAs<AttainmentPage>(seat, of(phase, `attainments${asked}`), { signal });
  return counts.behind;
}

/** The account of the person of a registration, in its phase. */
export function registrationHours(
  seat: string,
  phase: string,
  registration: number,
  signal: AbortSignal,
): Promise<MyHours> {
  return askAs(seat, of(phase, `attainments/${registration}`), { signal });
}

export function attainmentsFile(seat: string, phase: string, wanted: Wanted, format: FileFormat): string {
  return as(of(phase, `attainments/file${query({ ...wanted, format })}`), seat);
}

export function summary(seat: string, phase: string, signal: AbortSignal): Promise<UnitSummary> {
  return askAs(seat, of(phase, 'summary'), { signal });
}

export function summaryFile(seat: string, phase: string, format: FileFormat): string {
  return as(of(phase, `summary/file${query({ format })}`), seat);
}

/** Kept reports, the newest first. */
export function kept(
  seat: string,
  phase: string,
  before: number | null,
  signal: AbortSignal,
): Promise<KeptReports> {
  const asked = query({ before: before === null ? '' : String(before) });
  return askAs(seat, of(phase, `reports${asked}`), { signal });
}

export function askReports(seat: string, phase: string, body: AskReports): Promise<ReportsAsked> {
  return askAs(seat, of(phase, 'reports'), { body });
}

export function keptFile(seat: string, id: number): string {
  return as(`/api/reports/${id}/file`, seat);
}

/** The summary of a phase, for those who see all units. */
export function overview(seat: string, phase: string, signal: AbortSignal): Promise<PhaseOverview> {
  return askAs(seat, of(phase, 'overview'), { signal });
}

/** As .docx. */
export function overviewFile(seat: string, phase: string): string {
  return as(of(phase, 'overview/file'), seat);
}
