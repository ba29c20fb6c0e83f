/** The network check's side of the REST interface. */
import { askAs } from '../../api';
import type {
  CheckedLesson,
  LessonChecks,
  MeasuredNetwork,
  NetworkCheck,
  NetworkCheckBegun,
} from '../../protocol';

export function beginCheck(seat: string, offer: string): Promise<NetworkCheckBegun> {
  return askAs(seat, '/api/network-check', { body: { offer } });
}

export function endCheck(seat: string, check: string, measured: MeasuredNetwork): Promise<NetworkCheck> {
  return askAs(seat, `/api/network-check/${encodeURIComponent(check)}`, { body: measured });
}

/** Sends so many bytes that the server throws away. */
export async function upload(seat: string, bytes: number): Promise<void> {
  await askAs(seat, '/api/network-check/upload', { body: new Blob([new Uint8Array(bytes)]) });
}

/** The lessons that run or begin within a day. */
export function checkedLessons(seat: string, signal: AbortSignal): Promise<CheckedLesson[]> {
  return askAs(seat, '/api/network-checks', { signal });
}

export function lessonChecks(seat: string, lesson: string, signal: AbortSignal): Promise<LessonChecks> {
  return askAs(seat, `/api/network-checks/${encodeURIComponent(lesson)}`, { signal });
}
