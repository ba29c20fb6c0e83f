import { expect, test } from 'vitest';
import type { EssayLine, EssayState } from '../../protocol';
import { beside, doneOf, nextWaiting } from './order';

const line = (id: number, state: EssayState): EssayLine => ({
  id,
  state,
  count: 1200,
  handed_in_at_ms: id,
  is_second: false,
  excellent: false,
});
const list = [line(1, 'submitted'), line(2, 'accepted'), line(3, 'submitted'), line(4, 'returned')];

test('next and previous go through the list and not around', () => {
  expect([beside(list, 1, 1), beside(list, 4, 1), beside(list, 1, -1), beside(list, 9, 1)]).toEqual([
    2,
    null,
    null,
    null,
  ]);
});

test('after a review the next one that waits comes, and none when all is done', () => {
  expect([nextWaiting(list, null), nextWaiting(list, 1), nextWaiting(list, 3), nextWaiting(list, 4)]).toEqual(
    [1, 3, 1, 1],
  );
  expect(nextWaiting([line(1, 'accepted')], 1)).toBeNull();
  expect(nextWaiting([line(1, 'submitted')], 1)).toBeNull();
  expect(doneOf(list)).toBe(2);
});
