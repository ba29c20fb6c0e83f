import { expect, test } from 'vitest';
import { queryOf, searchOf } from './search';

test.each([
  ['', { text: '', tag: '', page: 0 }],
  ['q=%E8%AF%BE&tag=AI&page=2', { text: '课', tag: 'AI', page: 2 }],
  ['page=-1', { text: '', tag: '', page: 0 }],
  ['page=1.5', { text: '', tag: '', page: 0 }],
  ['page=x', { text: '', tag: '', page: 0 }],
  [`q=${'a'.repeat(200)}`, { text: 'a'.repeat(100), tag: '', page: 0 }],
])('an address says what is looked for: %s', (query, search) => {
  expect(searchOf(new URLSearchParams(query))).toEqual(search);
});

test('what is looked for comes back from the address', () => {
  const search = { text: '课 & 程', tag: '信息技术', page: 3 };
  expect(searchOf(new URLSearchParams(queryOf(search, 's1')))).toEqual(search);
  expect(queryOf({ text: '', tag: '', page: 0 }, null)).toBe('');
});
