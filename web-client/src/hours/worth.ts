/** What the end of a class would cost, in words. Pure. */
import type { Texts } from '../i18n';
import { hoursFigure } from '../i18n/figures';
import type { Worth } from '../protocol';
import { wholeMinutes } from './live-sheet';

export interface EndQuestion {
  question: string;
  yes: string;
}

/**
 * Asked before a class is ended: with the figures while it would be worth less than planned. `plain` is asked
 * otherwise.
 */
export function endQuestion(worth: Worth | null, t: Texts, plain: EndQuestion): EndQuestion {
  if (!worth || worth.worth_ch >= worth.credit_ch) return plain;
  const question = t.held.end.ask(
    wholeMinutes(worth.planned_s),
    wholeMinutes(worth.taught_s),
    hoursFigure(worth.worth_ch),
    hoursFigure(worth.credit_ch),
  );
  return { question, yes: t.held.end.yes };
}
