/** The office's side of essays in the REST interface. */
import { askAs } from '../../api';
import type { EssayReviewers, NamedEssayReviewer, NewRequirements, Requirements } from '../../protocol';

const of = (phase: string, rest: string) => `/api/phases/${encodeURIComponent(phase)}/${rest}`;

/** The requirements of a phase for its completion. */
export function requirements(seat: string, phase: string, signal: AbortSignal): Promise<Requirements> {
  return askAs(seat, of(phase, 'requirements'), { signal });
}

export function setRequirements(seat: string, phase: string, body: NewRequirements): Promise<Requirements> {
  return askAs(seat, of(phase, 'requirements'), { method: 'PUT', body });
}

export function reviewers(seat: string, phase: string, signal: AbortSignal): Promise<EssayReviewers> {
  return askAs(seat, of(phase, 'essays/reviewers'), { signal });
}

/** Sets the whole list; the waiting essays are shared out. */
export function nameReviewers(
  seat: string,
  phase: string,
  list: NamedEssayReviewer[],
): Promise<EssayReviewers> {
  return askAs(seat, of(phase, 'essays/reviewers'), { method: 'PUT', body: { reviewers: list } });
}
