import { expect, test } from 'vitest';
import { texts } from '../i18n';
import { endQuestion } from './worth';

const worth = { planned_s: 5_400, taught_s: 75, worth_ch: 0, credit_ch: 200 };
const plain = { question: 'sure?', yes: 'yes' };

test('an early end is asked about with figures, in both languages', () => {
  expect(endQuestion(worth, texts.zh, plain).question).toContain(
    '计划 90 分钟，只讲了 1 分钟：现在下课，这节课只值 0/2 学时',
  );
  expect(endQuestion(worth, texts.en, plain).question).toContain(
    '90 minutes planned, 1 minute taught: the class would be worth 0 of 2 credit hours',
  );
  expect(endQuestion(worth, texts.zh, plain).yes).toBe(texts.zh.held.end.yes);
});

test('the end of a class that is worth what was planned costs nothing', () => {
  expect(endQuestion({ ...worth, worth_ch: 200 }, texts.zh, plain)).toBe(plain);
  expect(endQuestion(null, texts.zh, plain)).toBe(plain);
});
