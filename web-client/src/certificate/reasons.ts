/** The reasons of a phase's conclusion, in words. */
import { formatMoment } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import type { Language } from '../i18n/index';
import type { ConclusionReason } from '../protocol';
import type { CertificateTexts } from './texts.zh';

export function reasonText(
  reason: ConclusionReason,
  words: CertificateTexts['mine']['reason'],
  language: Language,
): string {
  const day = (ms: number) => formatMoment(ms, language);
  switch (reason.reason) {
    case 'hours':
      return words.hours(hoursFigure(reason.has_ch), hoursFigure(reason.needed_ch));
    case 'hours_short':
      return words.hoursShort(hoursFigure(reason.has_ch), hoursFigure(reason.needed_ch));
    case 'hours_open':
      return words.hoursOpen(hoursFigure(reason.settled_ch));
    case 'study_goes_on':
      return words.studyGoesOn(day(reason.until_ms));
    case 'essay_accepted':
      return words.essayAccepted;
    case 'essay_missing':
      return words.essayMissing(day(reason.until_ms));
    case 'essay_waiting':
      return words.essayWaiting;
    case 'essay_returned':
      return words.essayReturned(day(reason.until_ms));
    case 'essay_late':
      return words.essayLate;
    case 'quiz_passed':
      return words.quizPassed;
    case 'quiz_missing':
      return words.quizMissing(reason.tries_left, day(reason.until_ms));
    case 'quiz_spent':
      return words.quizSpent;
    case 'quiz_late':
      return words.quizLate;
    case 'survey_answered':
      return words.surveyAnswered;
    case 'survey_missing':
      return words.surveyMissing(day(reason.until_ms));
    case 'survey_late':
      return words.surveyLate;
  }
}

/** The reason for which a person gets no certificate: `characters:䶮` and the like. */
export function whyText(why: string, words: CertificateTexts['desk']['why']): string {
  const [kind = '', ...rest] = why.split(':');
  const which = rest.join(':');
  if (kind === 'characters' || kind === 'field' || kind === 'pdf') return words[kind](which);
  return kind === 'number' ? words.number : words.not_completed;
}
