/** The words of the statement of five years (English). */
import type { StatementTexts } from './statement-texts.zh';

export const statementEn: StatementTexts = {
  title: 'Five-year statement',
  loading: 'Adding up…',
  problem: 'The five years cannot be shown now.',
  again: 'Try again',
  sum: (sum, short, reached) =>
    reached
      ? `${sum} certified hours in five years: 50 are reached.`
      : `${sum} certified hours in five years, ${short} short of 50.`,
  span: (since, until) => `From ${since} to ${until}`,
  phase: (n, title) => `Phase ${n} ${title}`,
  recognised: (hours) => `${hours} hours recognised`,
  counted: (hours) => `${hours} count in the five years`,
  notCounted: 'does not count in the five years',
  state: {
    valid: 'Certificate valid',
    superseded: 'Certificate replaced',
    revoked: 'Certificate revoked',
    none: 'No certificate yet',
  },
  credits: (year, category, hours, credits) =>
    `${year}${category === '' ? '' : ` (${category})`}: ${hours} hours make ${credits} credits`,
  capped: 'the bound of the year is reached',
  rules: 'Only hours with a valid certificate count.',
  source: (seq, moment) => `Source: entry ${seq} of the hours ledger (${moment}).`,
  pdf: 'Download PDF',
  conversion: {
    title: 'Credits',
    hint: 'Used in five-year statements only; hours stay as they are. Provinces differ: fill in what holds for this programme.',
    hours: 'Hours of one credit',
    category: 'Kind of credits',
    categoryHint: 'May be empty.',
    cap: 'Most credits of a year',
    capHint: 'Empty: no bound. One decimal at most.',
    save: 'Save the rule',
    saved: 'The rule is saved.',
    bad: 'Please check the figures.',
  },
};
