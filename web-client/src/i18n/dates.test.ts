import { expect, test } from 'vitest';
import { dayIn, instantOf, momentOrTime } from './dates';

test('another day than today is told with the time', () => {
  const now = Date.parse('2026-11-29T08:00:00+08:00');
  const at = (iso: string) => momentOrTime(Date.parse(iso), now, 'zh');
  expect(at('2026-11-29T19:30:00+08:00')).toBe('19:30');
  // Midnight is that of Beijing.
  expect(at('2026-11-30T00:10:00+08:00')).toMatch(/11.*30.*00:10/);
});

test('the day is that of Beijing', () => {
  expect(dayIn(Date.parse('2020-11-05T15:59:59.999Z'))).toBe('2020-11-05');
  expect(dayIn(Date.parse('2020-11-05T16:00:00Z'))).toBe('2020-11-06');
});

test('a day and a time are those of Beijing', () => {
  expect(instantOf('2026-11-25', '19:00')).toBe(Date.parse('2026-11-25T11:00:00Z'));
  expect([instantOf('', '19:00'), instantOf('2026-11-25', ''), instantOf('2026-13-45', '19:00')]).toEqual([
    null,
    null,
    null,
  ]);
});
