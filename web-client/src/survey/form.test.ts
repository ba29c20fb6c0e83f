import { expect, test } from 'vitest';
import type { SurveyForm } from '../protocol';
import { draftOf, formOf, moved } from './form';

const form: SurveyForm = {
  title: '培训满意度问卷',
  anonymous: true,
  due: '2020-11-30',
  questions: [
    { text: '一', ask: { ask: 'scale', points: 5, low: '低', high: '高' }, needed: true },
    { text: '二', ask: { ask: 'choice', options: ['甲', '乙'], several: true }, needed: false },
    { text: '三', ask: { ask: 'text' }, needed: false },
  ],
};

test('what was saved comes back as it was', () => {
  expect(formOf(draftOf(form))).toEqual(form);
});

test('blank lines are no options, and what is no figure is sent as one that is refused', () => {
  const draft = draftOf(form);
  const [scale, choice] = draft.questions;
  if (!scale || !choice) throw new Error('three questions');
  const sent = formOf({
    ...draft,
    questions: [
      { ...scale, points: 'x' },
      { ...choice, options: '甲\n \n\n乙\n' },
    ],
  });
  expect(sent.questions[0]?.ask).toEqual({ ask: 'scale', points: 0, low: '低', high: '高' });
  expect(sent.questions[1]?.ask).toEqual({ ask: 'choice', options: ['甲', '乙'], several: true });
});

test('a question moves, and stays at the ends', () => {
  const { questions } = draftOf(form);
  const texts = (list: readonly { text: string }[]) => list.map((one) => one.text).join('');
  expect(texts(moved(questions, 0, 1))).toBe('二一三');
  expect(texts(moved(questions, 0, -1))).toBe('一二三');
  expect(texts(moved(questions, 2, 1))).toBe('一二三');
});
