import { expect, test } from 'vitest';
import { lastBegun, pieceOf, seenOf, shareOf } from './bar';
import { s } from './fixtures';

const window = s(10, 110);

test.each([
  [0, 0],
  [10, 0],
  [60, 0.5],
  [110, 1],
  [500, 1],
])('second %i lies at %f', (second, share) => {
  expect(shareOf(window, second * 1000)).toBe(share);
});

test('an empty window divides by nothing', () => expect(shareOf(s(5, 5), 7)).toBe(0));

test('pieces are cut at the edges of the window', () => {
  expect(pieceOf(window, s(0, 20))).toEqual({ left: '0.000%', width: '10.000%' });
  expect(pieceOf(window, s(105, 300))).toEqual({ left: '95.000%', width: '5.000%' });
});

test('progress is of what can be watched, and 100 only when all of it was', () => {
  const progress = (covered: ReturnType<typeof s>[]) => ({
    covered,
    covered_ms: 125_000,
    position_ms: 0,
    check: null,
    completed: null,
  });
  const missing = [{ ...s(50, 60), why: 'break' as const, reason: null }];
  expect(seenOf(progress([s(10, 50), s(60, 105)]), window, missing)).toEqual({ minutes: 2, percent: 94 });
  expect(seenOf(progress([s(0, 200)]), window, missing).percent).toBe(100);
  expect(seenOf(progress([s(10, 50), s(60, 109.9)]), window, missing).percent).toBe(99);
  expect(seenOf(progress([]), s(5, 5), []).percent).toBe(0);
});

test('the entry that began last', () => {
  const entries = [{ at_ms: 10 }, { at_ms: 20 }, { at_ms: 20 }];
  expect([5, 10, 20, 99].map((ms) => lastBegun(entries, ms))).toEqual([-1, 0, 2, 2]);
});
