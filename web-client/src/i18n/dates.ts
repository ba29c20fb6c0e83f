/** Days in Beijing as people write them; times of the day are in `index.ts`. */
import type { Language } from './index';

const days = {
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone: 'Asia/Shanghai' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'Asia/Shanghai' }),
};

export function formatDay(ms: number, language: Language): string {
  return days[language].format(ms);
}
