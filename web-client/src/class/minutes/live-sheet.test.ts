import { expect, test } from 'vitest';
import type { CheckRound, SheetLine } from '../../protocol';
import { currentSheet } from './live-sheet';

const line: SheetLine = {
  participant: 2,
  first_ms: 0,
  last_ms: 0,
  counted_s: 600,
  asked: 1,
  answered: 1,
  late: false,
};
const round = (check: string, change: Partial<CheckRound>): CheckRound => ({
  check,
  kind: 'block',
  block: 1,
  at_ms: 0,
  deadline_ms: 90_000,
  answered: [],
  waiting: [],
  missed: [],
  void: false,
  ...change,
});

test('an answer counts on the roster while its check is still open for others', () => {
  const first = round('b1', { answered: [2, 3] });
  const checksOf = (...rounds: CheckRound[]) => {
    const [now] = currentSheet({ sheet: [line], rounds });
    return [now?.answered, now?.asked];
  };
  expect(checksOf(first, round('b2', { answered: [2], waiting: [3] }))).toEqual([2, 2]);
  expect(checksOf(first, round('b2', { waiting: [2, 3] }))).toEqual([1, 1]);
  expect(checksOf(first, round('b2', { missed: [2] }))).toEqual([1, 2]);
  expect(checksOf(first, round('b2', { missed: [2], void: true }))).toEqual([1, 1]);
  expect(checksOf(), 'rounds that are no longer kept').toEqual([1, 1]);
});
