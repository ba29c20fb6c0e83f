/** Days in Beijing as people write them; times of the day are in `index.ts`. */
import type { Language } from './index';

const days = {
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone: 'Asia/Shanghai' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'Asia/Shanghai' }),
};

export function formatDay(ms: number, language: Language): string {
  return days[language].format(ms);
}

const moment: Intl.DateTimeFormatOptions = {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};
const moments = {
  zh: new Intl.DateTimeFormat('zh-CN', moment),
  en: new Intl.DateTimeFormat('en-GB', moment),
};

/** Day and time of something in these weeks. */
export function formatMoment(ms: number, language: Language): string {
  return moments[language].format(ms);
}
