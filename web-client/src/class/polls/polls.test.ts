import { describe, expect, test } from 'vitest';
import type { PollRound } from '../../protocol';
import { person } from '../fixtures';
import {
  answerTo,
  areShort,
  bars,
  chosenText,
  type Draft,
  emptyDraft,
  markedRight,
  pollOf,
  readDraft,
  toggled,
  votesOf,
  withMultiple,
  withoutOption,
} from './polls';

const long = ['建构主义', '行为主义', '人本主义与存在主义'];

test('bars are shares of those who answered, and say what was right and what was mine', () => {
  const shown = bars({ options: long, counts: [1, 2, 0], answered: 3, right: [1], mine: [0] });
  expect(shown.map((bar) => [bar.letter, bar.count, bar.percent, bar.right, bar.mine])).toEqual([
    ['A', 1, 33, false, true],
    ['B', 2, 67, true, false],
    ['C', 0, 0, false, false],
  ]);
  const empty = bars({ options: ['是', '否'], counts: [0, 0], answered: 0, right: [] });
  expect(empty.map((bar) => [bar.letter, bar.percent])).toEqual([
    ['', 0],
    ['', 0],
  ]);
});

test('options are named by letters where they are long, and stand in a row where they are short', () => {
  expect(chosenText(['A', 'B'], [1])).toBe('B');
  expect(chosenText(long, [0, 2])).toBe('A 建构主义、C 人本主义与存在主义');
  expect([areShort(['是', '不确定']), areShort(long)]).toEqual([true, false]);
});

test('a tap on one of several options chooses it or takes it back', () => {
  expect(toggled([2], 0)).toEqual([0, 2]);
  expect(toggled([0, 2], 2)).toEqual([0]);
});

test('the own answer is the one to this poll', () => {
  const answers = [
    { poll: 1, choices: [0] },
    { poll: 2, choices: [1, 2] },
  ];
  expect([answerTo(answers, 2), answerTo(answers, 3)]).toEqual([[1, 2], []]);
});

test('staff see counts, people, and who is missing', () => {
  const ask = { question: '', options: ['A', 'B'], multiple: true, right: [] };
  const round: PollRound = { poll: 1, ask, at_ms: 0, votes: [[2, 9], [2]] };
  const people = [
    person(1, { role: 'instructor' }),
    person(2),
    person(3),
    person(4, { here: false }),
    person(9, { here: false }),
  ];
  expect(votesOf(round, people)).toEqual({ counts: [2, 1], answered: 2, waiting: [3] });
});

describe('a draft', () => {
  const draft: Draft = { question: ' 哪个？ ', options: ['A', ' ', 'C '], multiple: false, right: [2] };

  test('is asked without its empty options, and what is right stays right', () => {
    expect(pollOf(draft)).toEqual({
      question: '哪个？',
      options: ['A', 'C'],
      multiple: false,
      right: [1],
    });
    expect(pollOf(emptyDraft)).toBeNull();
    expect(pollOf({ ...draft, options: ['A', ' '] })).toBeNull();
  });

  test('has one right answer, or several where several may be chosen', () => {
    expect(markedRight(draft, 0).right).toEqual([0]);
    expect(markedRight(draft, 2).right).toEqual([]);
    const many = markedRight(withMultiple(draft, true), 0);
    expect(many.right).toEqual([0, 2]);
    expect(withMultiple(many, false).right).toEqual([0]);
  });

  test('keeps its marks when an option is taken out', () => {
    expect(withoutOption(draft, 1)).toEqual({ ...draft, options: ['A', 'C '], right: [1] });
    expect(withoutOption(draft, 2).right).toEqual([]);
  });

  test('is read back as it was, or is empty', () => {
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
    for (const broken of [null, '', '{}', '{"question":1,"options":["a","b"],"right":[]}', '[]']) {
      expect(readDraft(broken)).toEqual(emptyDraft);
    }
  });
});
