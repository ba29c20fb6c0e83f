/** Days in Beijing as people write them and as fields of forms have them; times of the day are in `index.ts`. */
import { BEIJING_MS, formatTime, type Language } from './index';

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

/** The day and time of an event in these weeks. */
export function formatMoment(ms: number, language: Language): string {
  return moments[language].format(ms);
}

/** The time of an event of today, else day and time. */
export function momentOrTime(ms: number, nowMs: number, language: Language): string {
  return formatDay(ms, 'en') === formatDay(nowMs, 'en') ? formatTime(ms) : formatMoment(ms, language);
}

/** The day in Beijing, `2026-11-25`. */
export function dayIn(ms: number): string {
  return new Date(ms + BEIJING_MS).toISOString().slice(0, 10);
}

/** A day and a time of Beijing as an instant; null while one of them is missing. */
export function instantOf(day: string, time: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const ms = Date.parse(`${day}T${time}:00+08:00`);
  return Number.isNaN(ms) ? null : ms;
}
