import { expect, test } from 'vitest';
import type { TimetableLesson } from '../protocol';
import { byDay, daysAhead, doorAt, split, until } from './lessons';

const MINUTE = 60_000;
const START = Date.parse('2026-11-25T19:00:00+08:00');

function lesson(change: Partial<TimetableLesson> = {}): TimetableLesson {
  return {
    lesson: 'l1',
    title: '第一讲',
    kind: 'live',
    class: 'zp-1-001',
    class_name: '1 班',
    planned_start_ms: START,
    planned_end_ms: START + 90 * MINUTE,
    opens_at_ms: START - 30 * MINUTE,
    credit_ch: 200,
    state: 'open',
    door: 'not_yet',
    instructors: [],
    enter_as: 'trainee',
    ...change,
  };
}

test('a door opens by the clock, and by nothing else', () => {
  expect(doorAt(lesson(), START - 30 * MINUTE - 1)).toBe('not_yet');
  expect(doorAt(lesson(), START - 30 * MINUTE)).toBe('open');
  expect(doorAt(lesson({ door: 'cancelled' }), START)).toBe('cancelled');
  expect(doorAt(lesson({ door: 'over' }), START)).toBe('over');
});

test('days are those of Beijing', () => {
  const late = lesson({ lesson: 'l2', planned_start_ms: Date.parse('2026-11-25T23:30:00+08:00') });
  const next = lesson({ lesson: 'l3', planned_start_ms: Date.parse('2026-11-26T00:30:00+08:00') });
  const days = byDay([lesson(), late, next]);
  expect(days.map(({ day, lessons }) => [day, lessons.length])).toEqual([
    ['2026-11-25', 2],
    ['2026-11-26', 1],
  ]);
  const now = Date.parse('2026-11-25T00:10:00+08:00');
  expect(days.map(({ day }) => daysAhead(day, now))).toEqual([0, 1]);
});

test('what is over stands apart, the last first', () => {
  const over = (id: string) => lesson({ lesson: id, door: 'over' });
  const { coming, past } = split([over('a'), over('b'), lesson()], START);
  expect([coming.map((one) => one.lesson), past.map((one) => one.lesson)]).toEqual([['l1'], ['b', 'a']]);
});

test.each([
  [0, { unit: 'seconds', n: 0 }],
  [-5, { unit: 'seconds', n: 0 }],
  [59_000, { unit: 'seconds', n: 59 }],
  [59_001, { unit: 'minutes', n: 1 }],
  [119 * MINUTE, { unit: 'minutes', n: 119 }],
  [121 * MINUTE, { unit: 'hoursLong', n: 3 }],
  [47 * 60 * MINUTE, { unit: 'hoursLong', n: 47 }],
  [49 * 60 * MINUTE, { unit: 'days', n: 3 }],
])('%i ms are %j', (ms, said) => {
  expect(until(ms)).toEqual(said);
});
