import { expect, test } from 'vitest';
import type { CheckRound } from '../../protocol';
import { person } from '../fixtures';
import { careRank, wholeMinutes } from '../minutes/live-sheet';
import { namesOf, newestFirst, rollIsOpen, roundView } from './rounds';

function round(change: Partial<CheckRound> = {}): CheckRound {
  return {
    check: 'k1',
    kind: 'roll',
    block: 1,
    at_ms: 10_000,
    deadline_ms: 100_000,
    answered: [2],
    waiting: [3],
    missed: [],
    void: false,
    ...change,
  };
}

test('a round is open while time is left, then counts the last answers, then is closed', () => {
  expect(roundView(round(), 99_999)).toEqual({ asked: 2, answered: 1, is: 'open' });
  expect(roundView(round(), 100_000).is).toBe('counting');
  expect(roundView(round({ waiting: [], missed: [3] }), 130_000)).toEqual({
    asked: 2,
    answered: 1,
    is: 'closed',
  });
});

test('when everybody has answered nobody is waited for', () => {
  expect(roundView(round({ answered: [2, 3], waiting: [] }), 20_000).is).toBe('closed');
});

test('a void round is void at any time', () => {
  expect(roundView(round({ void: true }), 20_000).is).toBe('void');
});

test('only an open roll stands in the way of the next one', () => {
  expect(rollIsOpen([round()], 50_000)).toBe(true);
  expect(rollIsOpen([round({ kind: 'block' })], 50_000)).toBe(false);
  expect(rollIsOpen([round({ void: true }), round({ waiting: [] })], 50_000)).toBe(false);
});

test('the newest is on top, and nothing given is changed', () => {
  const rounds = [round(), round({ check: 'k2', at_ms: 20_000 })];
  expect(newestFirst(rounds).map((one) => one.check)).toEqual(['k2', 'k1']);
  expect(rounds[0]?.check).toBe('k1');
});

test('names come in the order of pinyin, without those who are not known', () => {
  const people = [person(2, { name: '张伟' }), person(3, { name: '白雪' })];
  expect(namesOf([2, 9, 3], people)).toEqual(['白雪', '张伟']);
});

test('who missed a check needs care before who came late', () => {
  const line = { participant: 2, first_ms: 0, last_ms: 0, counted_s: 0, asked: 2, answered: 2, late: false };
  expect(careRank({ ...line, answered: 1, late: true })).toBe(0);
  expect(careRank({ ...line, late: true })).toBe(1);
  expect([careRank(line), careRank(undefined)]).toEqual([2, 2]);
});

test('minutes are whole ones', () => {
  expect([0, 59, 60, 119, -5].map(wholeMinutes)).toEqual([0, 0, 1, 1, 0]);
});
