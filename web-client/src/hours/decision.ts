/** The draft of an operator's correction of a result (CR-20). Pure. */
import { chFrom } from '../i18n/figures';
import { HOURS_TEXT_CHARS_MAX } from '../limits';
import type { AppealDecision, CorrectionFigures, ReasonCode } from '../protocol';
import { checkText } from './words';

export const CODES: readonly ReasonCode[] = [
  'PLATFORM_FAULT',
  'NETWORK_INCIDENT',
  'SIGN_SHEET',
  'DATA_ERROR',
  'ACCESSIBILITY',
  'OTHER',
];

export interface Draft {
  grant: boolean;
  /** The amount as typed, in 学时. */
  amount: string;
  code: ReasonCode;
  text: string;
  answer: string;
}

export const emptyDraft: Draft = { grant: true, amount: '', code: 'PLATFORM_FAULT', text: '', answer: '' };

export type DraftProblem = 'bad_amount' | 'nothing' | 'no_text' | 'text_length';

/** The figures of an operator who sees this balance, or the mistake that is still in them. */
export function figuresOf(
  { amount, code, text }: Draft,
  seen_balance_ch: number,
): CorrectionFigures | DraftProblem {
  const delta_ch = chFrom(amount);
  const words = checkText(text);
  if (delta_ch === null) return 'bad_amount';
  if (delta_ch === 0) return 'nothing';
  if (code === 'OTHER' && words.text === '') return 'no_text';
  if ([...words.text].length > HOURS_TEXT_CHARS_MAX) return 'text_length';
  return { delta_ch, code, text: words.text, seen_balance_ch };
}

/** The whole decision about an appeal, or the mistake that is still in it. */
export function decisionOf(draft: Draft, seenBalanceCh: number): AppealDecision | DraftProblem {
  const answer = checkText(draft.answer);
  const correction = draft.grant ? figuresOf(draft, seenBalanceCh) : null;
  if (typeof correction === 'string') return correction;
  return answer.ok ? { correction, answer: answer.text } : 'text_length';
}
