import { expect, test } from 'vitest';
import { passwordIsGood, passwordRules } from './password';

const PERSONAL = ['wangli', '王丽', '13812345678'];

test.each([
  ['Aa1!aaaa', false, []],
  ['Aa1!aaaa', true, ['length']],
  ['Aa1!aaaabbbb', true, []],
  ['Aa1!aaa', false, ['length']],
  ['aaaaaaaa1', false, ['classes']],
  ['春眠不觉晓Aab', false, []],
  ['春眠不觉晓处处闻', false, ['classes']],
  ['WangLi2020!', false, ['personal']],
  ['Aa!13812345678', false, ['personal']],
  ['Aa1!王丽王丽', false, ['personal']],
  ['Aa1!'.repeat(33), false, ['length']],
])('%s, administrator %s, fails %j', (password, isAdmin, failed) => {
  const broken = passwordRules(password, isAdmin, PERSONAL).filter(({ met }) => !met);
  expect(broken.map(({ rule }) => rule)).toEqual(failed);
  expect(passwordIsGood(password, isAdmin, PERSONAL)).toBe(failed.length === 0);
});

test('nothing typed meets no rule', () => {
  expect(passwordRules('', false, []).every(({ met }) => !met)).toBe(true);
});
