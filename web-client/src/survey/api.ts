/** The survey's side of the REST interface. */
import { askAs } from '../api';
import { at } from '../base/path';
import type { PhaseSurvey, SurveyAnswer, SurveyAsked, SurveyForm, SurveyResults } from '../protocol';
import { as } from '../routes';

const of = (phase: string) => `/api/phases/${encodeURIComponent(phase)}/survey`;

export function mySurveys(seat: string, signal: AbortSignal): Promise<SurveyAsked[]> {
  return askAs(seat, '/api/surveys/mine', { signal });
}

export function answerSurvey(seat: string, phase: string, answers: SurveyAnswer[]): Promise<void> {
  return askAs(seat, `${of(phase)}/answers`, { body: { answers } });
}

export function phaseSurvey(seat: string, phase: string, signal: AbortSignal): Promise<PhaseSurvey> {
  return askAs(seat, of(phase), { signal });
}

export function setSurvey(seat: string, phase: string, form: SurveyForm): Promise<PhaseSurvey> {
  return askAs(seat, of(phase), { method: 'PUT', body: form });
}

export function surveyResults(seat: string, phase: string, signal: AbortSignal): Promise<SurveyResults> {
  return askAs(seat, `${of(phase)}/results`, { signal });
}

/** The address of the table of all answers. */
export function surveyFile(seat: string, phase: string): string {
  return at(as(`${of(phase)}/file?format=xlsx`, seat));
}
