import { expect, test } from 'vitest';
import { ALL, choose, chosenOf, countOf, isChosen, NONE } from './selection';

const PAGE = ['a', 'b', 'c'];

test('nothing is chosen at first', () => {
  expect([countOf(NONE, 10_000), chosenOf(NONE, PAGE), isChosen(NONE, 'a')]).toEqual([0, 'none', false]);
});

test('one by one, and back', () => {
  const one = choose(NONE, ['b'], true);
  expect([countOf(one, 10_000), chosenOf(one, PAGE), isChosen(one, 'b')]).toEqual([1, 'some', true]);
  expect(choose(choose(one, ['b'], true), ['b'], false)).toEqual(NONE);
});

test('a page at once, over pages', () => {
  const pages = choose(choose(NONE, PAGE, true), ['d'], true);
  expect([countOf(pages, 10_000), chosenOf(pages, PAGE), chosenOf(pages, ['d', 'e'])]).toEqual([
    4,
    'every',
    'some',
  ]);
});

test('all that match, but for some', () => {
  const most = choose(ALL, ['b'], false);
  expect([countOf(ALL, 10_000), countOf(most, 10_000)]).toEqual([10_000, 9_999]);
  expect([isChosen(most, 'a'), isChosen(most, 'b'), chosenOf(most, PAGE)]).toEqual([true, false, 'some']);
  expect(choose(most, PAGE, true)).toEqual(ALL);
});

test('an empty page has nothing chosen', () => {
  expect(chosenOf(ALL, [])).toBe('none');
});
