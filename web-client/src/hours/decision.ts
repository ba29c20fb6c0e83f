/** What an operator fills in to correct a result (CR-20). Pure. */
import { chFrom } from '../i18n/figures';
import type { AppealDecision, CorrectionFigures, ReasonCode } from '../protocol';
import { checkText, TEXT_CHARS_MAX } from './words';

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
  /** As typed, in 学时. */
  amount: string;
  code: ReasonCode;
  text: string;
  answer: string;
}

export const emptyDraft: Draft = { grant: true, amount: '', code: 'PLATFORM_FAULT', text: '', answer: '' };

export type DraftProblem = 'bad_amount' | 'nothing' | 'no_text' | 'text_length';

/** The figures of somebody who sees this balance, or what is still wrong with them. */
export function figuresOf(
  { amount, code, text }: Draft,
  seen_balance_ch: number,
): CorrectionFigures | DraftProblem {
  const delta_ch = chFrom(amount);
  const words = checkText(text);
  if (delta_ch === null) return 'bad_amount';
  if (delta_ch === 0) return 'nothing';
  if (code === 'OTHER' && words.text === '') return 'no_text';
  if ([...words.text].length > TEXT_CHARS_MAX) return 'text_length';
  return { delta_ch, code, text: words.text, seen_balance_ch };
}

/** The whole decision about an appeal, or what is still wrong with it. */
export function decisionOf(draft: Draft, seenBalanceCh: number): AppealDecision | DraftProblem {
  const answer = checkText(draft.answer);
  const correction = draft.grant ? figuresOf(draft, seenBalanceCh) : null;
  if (typeof correction === 'string') return correction;
  return answer.ok ? { correction, answer: answer.text } : 'text_length';
}
