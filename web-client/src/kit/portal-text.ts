/** The words that all pages of the front door share, and sentences for failures. */
import type { ApiProblem } from '../api';
import { formatTime } from '../i18n';
import type { Mistake } from '../protocol';
import { portalEn } from './portal-texts.en';
import { type PortalTexts, portalZh } from './portal-texts.zh';
import { useText } from './text';

export function usePortalText(): PortalTexts {
  return useText().language === 'zh' ? portalZh : portalEn;
}

/** The sentence for a refusal; `words` are better than the common ones for this request. */
export function problemSentence(
  problem: ApiProblem | string,
  p: PortalTexts,
  words: Record<string, string> = {},
): string {
  const code = typeof problem === 'string' ? problem : problem.code;
  const againAtMs = typeof problem === 'string' ? null : problem.againAtMs;
  if (code === 'locked') return againAtMs === null ? p.locked : p.lockedUntil(formatTime(againAtMs));
  if (code === 'busy' && againAtMs !== null) {
    return p.busyUntil(Math.max(1, Math.ceil((againAtMs - Date.now()) / 1000)));
  }
  const common = p.problem as Record<string, string>;
  return own(words, code) ?? own(common, code) ?? p.problem.other;
}

function own(words: Record<string, string>, code: string): string | undefined {
  return code !== 'title' && Object.hasOwn(words, code) ? words[code] : undefined;
}

/** The mistake that the server found in a field of a form, in words; null = none. */
export function fieldSentence(refusal: ApiProblem | null, field: string, p: PortalTexts): string | null {
  const mistake = refusal?.wrong.find((one) => one.field === field);
  return mistake ? mistakeSentence(mistake, p) : null;
}

/** The mistake in one field or cell, with its present contents and the possible ones. */
export function mistakeSentence(mistake: Mistake, p: PortalTexts): string {
  const { wrong, value, choices = [] } = mistake;
  if (wrong === 'no_table' && value !== undefined) return p.noTableOf(value);
  const stands = value === undefined ? '' : p.valueIs(value);
  const could = choices.length === 0 ? '' : p.choicesOf(choices.join(' / '));
  return [stands + sentenceOf(mistake, p), could].filter((part) => part !== '').join(' ');
}

function sentenceOf({ wrong, figures = [] }: Mistake, p: PortalTexts): string {
  const [first, second] = figures;
  if (first !== undefined) {
    if (wrong === 'twice') return p.twiceOf(first);
    if (wrong === 'too_many_formulas') return p.tooManyFormulasOf(first);
    if (wrong === 'certified') return p.certifiedOf(first);
    if (wrong === 'more') return p.moreOf(first);
  }
  if (first !== undefined && second !== undefined) {
    if (wrong === 'too_much') return p.tooMuchOf(first, second);
    if (wrong === 'below_taken') return p.belowTakenOf(first, second);
    if (wrong === 'above_bank') return p.aboveBankOf(first, second);
    if (wrong === 'above_plan') return p.abovePlanOf(first, second);
    if (wrong === 'sum_differs') return p.sumDiffersOf(first, second);
    if (wrong === 'more_than_seats') return p.moreThanSeatsOf(first, second);
  }
  return p.wrong[wrong] ?? p.problem.other;
}
