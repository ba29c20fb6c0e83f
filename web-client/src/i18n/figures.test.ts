import { expect, test } from 'vitest';
import { inClassEn } from '../class/minutes/texts.en';
import { inClassZh } from '../class/minutes/texts.zh';
import { chFrom, hoursFigure, signedFigure, spanOf } from './figures';

test('credit is written without needless zeros', () => {
  expect([0, 5, 50, 170, 185, 200, 1250, -30].map(hoursFigure)).toEqual([
    '0',
    '0.05',
    '0.5',
    '1.7',
    '1.85',
    '2',
    '12.5',
    '−0.3',
  ]);
  expect([170, 0, -30].map(signedFigure)).toEqual(['+1.7', '0', '−0.3']);
});

test('credit is read as people type it, with full-width digits too', () => {
  expect(['0.3', '+0.3', '-0.3', '−1', '2', ' 1.25 ', '０．５', '1。5', '-0'].map(chFrom)).toEqual([
    30, 30, -30, -100, 200, 125, 50, 150, 0,
  ]);
  expect(['', 'a', '1.234', '1,5', '--1', '1000', '1e2'].map(chFrom)).toEqual(Array(7).fill(null));
});

test('lengths of time in words', () => {
  expect(spanOf(3905.9)).toEqual({ minutes: 65, seconds: 5 });
  expect([45, 60, 2125, 5400].map(inClassZh.span)).toEqual(['45 秒', '1 分钟', '35 分 25 秒', '90 分钟']);
  expect([45, 60, 2125, 5400].map(inClassEn.span)).toEqual(['45 s', '1 min', '35 min 25 s', '90 min']);
});
