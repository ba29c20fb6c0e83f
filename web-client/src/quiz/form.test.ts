import { expect, test } from 'vitest';
import type { QuizQuestion, QuizRule } from '../protocol';
import { questionDraftOf, questionOf, ruleDraftOf, ruleOf, totalOf } from './form';

test('a question that is opened and saved is the same', () => {
  const questions: QuizQuestion[] = [
    { text: '一', ask: { ask: 'one', options: ['甲', '乙'], right: 1 }, explanation: '因为' },
    { text: '二', ask: { ask: 'several', options: ['甲', '乙', '丙'], right: [0, 2] }, explanation: '' },
    { text: '三', ask: { ask: 'truth', right: false }, explanation: '' },
    { text: '四', ask: { ask: 'blank', right: ['45', '四十五'] }, explanation: '' },
  ];
  for (const one of questions) expect(questionOf(questionDraftOf(one))).toEqual(one);
});

test('numbers of options are read as people write them, and a wrong one is no option', () => {
  const draft = { kind: 'several' as const, text: '', options: '甲\n\n乙', right: '１、2', explanation: '' };
  expect(questionOf(draft).ask).toEqual({ ask: 'several', options: ['甲', '乙'], right: [0, 1] });
  for (const right of ['', '0', '1 2', '999'])
    expect(questionOf({ ...draft, kind: 'one', right }).ask).toMatchObject({ right: 255 });
});

test('kinds of which nothing is drawn are left out of the rule', () => {
  const rule: QuizRule = {
    draws: [
      { kind: 'one', count: 20, points: 2 },
      { kind: 'blank', count: 4, points: 5 },
    ],
    pass: 36,
    tries: 3,
    minutes: 60,
    due: '2020-11-27',
    reveal: true,
  };
  expect(ruleOf(ruleDraftOf(rule, ''))).toEqual(rule);
  expect(totalOf(rule)).toEqual({ questions: 24, points: 60 });
  expect(ruleOf({ ...ruleDraftOf(null, '2020-11-27'), minutes: 'ten' })).toMatchObject({
    draws: [],
    minutes: 0,
  });
});
