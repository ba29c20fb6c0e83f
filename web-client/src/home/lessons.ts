/** The timetable as the home page shows it: doors by the clock, days, the time until a lesson. Pure. */
import { dayIn } from '../i18n/dates';
import type { Door, TimetableLesson } from '../protocol';

/** The present state of the door: the page need not ask again for it to open. */
export function doorAt(lesson: TimetableLesson, nowMs: number): Door {
  return lesson.door === 'not_yet' && nowMs >= lesson.opens_at_ms ? 'open' : lesson.door;
}

export interface Day {
  /** The day in Beijing, `2026-11-25`. */
  day: string;
  lessons: TimetableLesson[];
}

/** The lessons by day, in their order. */
export function byDay(lessons: readonly TimetableLesson[]): Day[] {
  const days = new Map<string, TimetableLesson[]>();
  for (const lesson of lessons) {
    const day = dayIn(lesson.planned_start_ms);
    days.set(day, [...(days.get(day) ?? []), lesson]);
  }
  return [...days].map(([day, of]) => ({ day, lessons: of }));
}

/** The lessons to come, and those that are over, the last first. */
export function split(
  lessons: readonly TimetableLesson[],
  nowMs: number,
): { coming: TimetableLesson[]; past: TimetableLesson[] } {
  const isPast = (lesson: TimetableLesson) => doorAt(lesson, nowMs) === 'over';
  return { coming: lessons.filter((one) => !isPast(one)), past: lessons.filter(isPast).reverse() };
}

export interface Until {
  unit: 'days' | 'hoursLong' | 'minutes' | 'seconds';
  n: number;
}

/** The remaining time, in the one unit that people would say; rounded up, so that it is never too short. */
export function until(ms: number): Until {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return { unit: 'seconds', n: seconds };
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return { unit: 'minutes', n: minutes };
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? { unit: 'hoursLong', n: hours } : { unit: 'days', n: Math.ceil(hours / 24) };
}

/** The number of days ahead in Beijing; 0: today, 1: tomorrow. */
export function daysAhead(day: string, nowMs: number): number {
  return Math.round((Date.parse(day) - Date.parse(dayIn(nowMs))) / 86_400_000);
}
