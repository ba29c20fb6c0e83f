/** The answers so far, and their mistakes. Pure. */
import type { SurveyAnswer, SurveyQuestion } from '../protocol';

export const WORDS_CHARS_MAX = 2_000;

export const NOTHING: SurveyAnswer = { answer: 'nothing' };

export type Fault = { fault: 'missing' } | { fault: 'too_long'; by: number };

/** The mistake in an answer; null = it can be handed in. */
export function faultOf(question: SurveyQuestion, answer: SurveyAnswer): Fault | null {
  if (answer.answer === 'words') {
    const by = [...answer.text.trim()].length - WORDS_CHARS_MAX;
    if (by > 0) return { fault: 'too_long', by };
  }
  return question.needed && isNothing(answer) ? { fault: 'missing' } : null;
}

export function isNothing(answer: SurveyAnswer): boolean {
  switch (answer.answer) {
    case 'nothing':
      return true;
    case 'points':
      return false;
    case 'chosen':
      return answer.options.length === 0;
    case 'words':
      return answer.text.trim() === '';
  }
}

/** The answer after a press on an option: of several it comes or goes, else it is the only one. */
export function pressed(answer: SurveyAnswer, option: number, several: boolean): SurveyAnswer {
  if (!several) return { answer: 'chosen', options: [option] };
  const before = answer.answer === 'chosen' ? answer.options : [];
  const options = before.includes(option) ? before.filter((one) => one !== option) : [...before, option];
  return { answer: 'chosen', options: options.sort((a, b) => a - b) };
}

/** The percentage of the people who answered; 0 of nobody. */
export function shareOf(count: number, answered: number): number {
  return answered === 0 ? 0 : Math.round((100 * count) / answered);
}

/** The mean of a scale by its counts from one point on; null when nobody answered. */
export function meanOf(counts: readonly number[]): string | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const points = counts.reduce((sum, count, at) => sum + count * (at + 1), 0);
  return (points / all).toFixed(2);
}
