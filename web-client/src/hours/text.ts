/** The hours pages' own words in the language of the page. */
import { useText } from '../kit/text';
import { hoursEn } from './texts.en';
import { type HoursTexts, hoursZh } from './texts.zh';

export function useHoursText(): HoursTexts {
  return useText().language === 'zh' ? hoursZh : hoursEn;
}

export function problemText(code: string, h: HoursTexts): string {
  const words = h.problem as Record<string, string>;
  return code !== 'title' && Object.hasOwn(words, code) ? (words[code] ?? h.problem.other) : h.problem.other;
}
