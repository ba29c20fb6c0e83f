import { expect, test } from 'vitest';
import { classEn } from '../texts.en';
import { classZh } from '../texts.zh';
import { endQuestion } from './worth';

const worth = { planned_s: 5_400, taught_s: 75, worth_ch: 0, credit_ch: 200 };
const plain = { question: 'sure?', yes: 'yes' };

test('an early end is asked about with figures, in both languages', () => {
  expect(endQuestion(worth, classZh, plain).question).toContain(
    '计划 90 分钟，只讲了 1 分钟：现在下课，这节课只值 0/2 学时',
  );
  expect(endQuestion(worth, classEn, plain).question).toContain(
    '90 minutes planned, 1 minute taught: the class would be worth 0 of 2 credit hours',
  );
  expect(endQuestion(worth, classZh, plain).yes).toBe(classZh.held.end.yes);
});

test('the end of a class that is worth what was planned costs nothing', () => {
  expect(endQuestion({ ...worth, worth_ch: 200 }, classZh, plain)).toBe(plain);
  expect(endQuestion(null, classZh, plain)).toBe(plain);
});
