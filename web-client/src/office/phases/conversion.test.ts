import { expect, test } from 'vitest';
import { typedConversion } from './conversion-typed';

const typed = (hours: string, cap: string) => typedConversion({ hours, category: ' 专业课 ', cap });

test.each([
  ['10', '', { hours_per_credit: 10, category: '专业课', year_cap_tenths: null }],
  ['8', '2.5', { hours_per_credit: 8, category: '专业课', year_cap_tenths: 25 }],
  ['6', '0.3', { hours_per_credit: 6, category: '专业课', year_cap_tenths: 3 }],
  ['0', '', null],
  ['101', '', null],
  ['10', '2.55', null],
  ['10', '-1', null],
  ['ten', '', null],
])('%s hours make a credit, at most %s a year', (hours, cap, read) => {
  expect(typed(hours, cap)).toEqual(read);
});
