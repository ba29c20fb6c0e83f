import { expect, test } from 'vitest';
import type { OpenEssay, OpenEssays } from '../protocol';
import { joined, lastPageOf, numberOf, placesOf } from './more';

const essay = (id: number, change: Partial<OpenEssay> = {}): OpenEssay => ({
  id,
  kind: 'reflection',
  name: '马丽',
  unit: '浙江省教育厅',
  school: '宁波职业技术学院',
  phase: '第一期',
  programme: '“1+X”师资培训',
  count: 1_024,
  begins: '一节课',
  ...change,
});
const page = (ids: number[], total: number, next: number | null): OpenEssays => ({
  essays: ids.map((id) => essay(id)),
  total,
  next,
});

test('one more page comes after the others, and nothing comes twice when a new essay has moved it on', () => {
  const all = joined(page([9, 8, 7], 5, 1), page([7, 6, 5], 6, null));
  expect(all.essays.map(({ id }) => id)).toEqual([9, 8, 7, 6, 5]);
  expect([all.total, all.next]).toEqual([6, null]);
});

test.each([
  ['', 0],
  ['page=2', 2],
  ['page=-1', 0],
  ['page=1.5', 0],
  ['page=x', 0],
  ['page=1000', 9],
])('an address says how far the list goes: %s', (query, last) => {
  expect(lastPageOf(new URLSearchParams(query))).toBe(last);
});

test('each place is named once', () => {
  const { unit, phase, programme } = essay(1);
  expect(placesOf(essay(1, { school: unit }))).toEqual([unit, phase, programme]);
  expect(placesOf(essay(1, { school: '', phase: programme }))).toEqual([unit, programme]);
});

test.each([
  ['7', 7],
  ['0', null],
  ['07', null],
  ['-1', null],
  ['1e3', null],
  ['../7', null],
  ['9'.repeat(16), null],
])('the number of an essay in an address: %s', (part, number) => {
  expect(numberOf(part)).toBe(number);
});
