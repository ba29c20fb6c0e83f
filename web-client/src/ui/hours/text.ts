/** The hours pages' own words in the language of the page. */
import { hoursEn } from '../../i18n/hours.en';
import { type HoursTexts, hoursZh } from '../../i18n/hours.zh';
import { useText } from '../text';

export function useHoursText(): HoursTexts {
  return useText().language === 'zh' ? hoursZh : hoursEn;
}

export function problemText(code: string, h: HoursTexts): string {
  const words = h.problem as Record<string, string>;
  return code !== 'title' && Object.hasOwn(words, code) ? (words[code] ?? h.problem.other) : h.problem.other;
}
