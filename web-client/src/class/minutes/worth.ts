/** The cost of ending a class now, in words. Pure. */
import { hoursFigure } from '../../i18n/figures';
import type { Worth } from '../../protocol';
import type { ClassTexts } from '../texts.zh';
import { wholeMinutes } from './live-sheet';

export interface EndQuestion {
  question: string;
  yes: string;
}

/** The question before a class is ended: with the figures while it would be worth less than planned, else `plain`. */
export function endQuestion(worth: Worth | null, t: ClassTexts, plain: EndQuestion): EndQuestion {
  if (!worth || worth.worth_ch >= worth.credit_ch) return plain;
  const question = t.held.end.ask(
    wholeMinutes(worth.planned_s),
    wholeMinutes(worth.taught_s),
    hoursFigure(worth.worth_ch),
    hoursFigure(worth.credit_ch),
  );
  return { question, yes: t.held.end.yes };
}
