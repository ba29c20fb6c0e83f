/** The essays' side of the REST interface. */
import { askAs } from '../api';
import type {
  DistinguishEssay,
  EssayDuty,
  EssayLine,
  EssaysToReview,
  EssayToReview,
  MyEssay,
  PublishEssay,
  ReviewEssay,
  SavedEssay,
  SaveEssay,
  UploadedEssay,
} from '../protocol';
import { as } from '../routes';

/** The time for an upload: a document of several MB over a slow network. */
const UPLOAD_MS = 120_000;
const own = (phase: string, rest = '') => `/api/phases/${encodeURIComponent(phase)}/essay${rest}`;

export function myEssay(seat: string, phase: string, signal?: AbortSignal): Promise<MyEssay> {
  return askAs(seat, own(phase), signal && { signal });
}

export function saveEssay(seat: string, phase: string, body: SaveEssay): Promise<SavedEssay> {
  return askAs(seat, own(phase), { method: 'PUT', body });
}

export function handIn(seat: string, phase: string, body: SaveEssay): Promise<SavedEssay> {
  return askAs(seat, own(phase, '/hand-in'), { body });
}

export function takeBack(seat: string, phase: string): Promise<MyEssay> {
  return askAs(seat, own(phase, '/take-back'), { method: 'POST' });
}

/** The author's answer to whether everybody may read an essay that is one of the best. */
export function publish(seat: string, phase: string, body: PublishEssay): Promise<MyEssay> {
  return askAs(seat, own(phase, '/consent'), { method: 'PUT', body });
}

export function upload(seat: string, phase: string, file: File): Promise<UploadedEssay> {
  const path = own(phase, `/file?name=${encodeURIComponent(file.name)}`);
  return askAs(seat, path, { body: file, timeoutMs: UPLOAD_MS });
}

export function duties(seat: string, signal: AbortSignal): Promise<EssayDuty[]> {
  return askAs(seat, '/api/essays/duties', { signal });
}

export function toReview(seat: string, phase: string, signal: AbortSignal): Promise<EssaysToReview> {
  return askAs(seat, `/api/phases/${encodeURIComponent(phase)}/essays`, { signal });
}

export function essay(seat: string, id: number, signal: AbortSignal): Promise<EssayToReview> {
  return askAs(seat, `/api/essays/${id}`, { signal });
}

/** The address of the uploaded document, which the browser saves. */
export function fileOf(seat: string, id: number): string {
  return as(`/api/essays/${id}/file`, seat);
}

export function review(seat: string, id: number, body: ReviewEssay): Promise<EssayLine> {
  return askAs(seat, `/api/essays/${id}/review`, { body });
}

export function secondOpinion(seat: string, id: number, version: number, question: string): Promise<void> {
  return askAs(seat, `/api/essays/${id}/second-opinion`, { body: { version, question } });
}

/** Marks an accepted essay as one of the best, or takes the mark back. */
export function distinguish(seat: string, id: number, body: DistinguishEssay): Promise<void> {
  return askAs(seat, `/api/essays/${id}/distinction`, { method: 'PUT', body });
}
