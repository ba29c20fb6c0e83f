import { expect, test } from 'vitest';
import type { SelfStudy } from '../protocol';
import { enteredHours, inOrder, percentOf, standingAt } from './studies';

const study = (change: Partial<SelfStudy>): SelfStudy => ({
  lesson: 'a',
  title: '政策解读',
  class_name: '001',
  from_ms: 100,
  until_ms: 200,
  credit_ch: 100,
  door: 'open',
  length_ms: 1000,
  covered_ms: 0,
  completed: null,
  ...change,
});

test('a standing for every moment', () => {
  expect(standingAt(study({}), 99)).toBe('shut');
  expect(standingAt(study({}), 100)).toBe('fresh');
  expect(standingAt(study({ covered_ms: 1 }), 199)).toBe('begun');
  expect(standingAt(study({ covered_ms: 1 }), 200)).toBe('late');
  expect(standingAt(study({ length_ms: null }), 150)).toBe('gone');
  expect(standingAt(study({ completed: { at_ms: 150, entered_ch: 100 } }), 500)).toBe('done');
});

test('it is never 100 percent before it is done', () => {
  expect(percentOf(study({ covered_ms: 999 }))).toBe(99);
  expect(percentOf(study({ covered_ms: 1000 }))).toBe(99);
  expect(percentOf(study({ covered_ms: 981, completed: { at_ms: 1, entered_ch: 100 } }))).toBe(100);
  expect(percentOf(study({ length_ms: null, covered_ms: 5 }))).toBe(0);
});

test('what is to be done comes first', () => {
  const lessons = [
    study({ lesson: 'done', completed: { at_ms: 1, entered_ch: 100 } }),
    study({ lesson: 'late', until_ms: 120 }),
    study({ lesson: 'fresh', until_ms: 180 }),
    study({ lesson: 'begun', covered_ms: 5 }),
    study({ lesson: 'sooner', until_ms: 170 }),
  ];
  expect(inOrder(lessons, 150).map(({ lesson }) => lesson)).toEqual([
    'begun',
    'sooner',
    'fresh',
    'late',
    'done',
  ]);
});

test('what is said to be entered is what the ledger has', () => {
  expect(enteredHours(null)).toBeNull();
  expect(enteredHours({ at_ms: 1, entered_ch: 70 })).toBe('0.7');
  expect(enteredHours({ at_ms: 1, entered_ch: 0 })).toBeNull();
  expect(enteredHours({ at_ms: 1, entered_ch: -30 })).toBeNull();
});
