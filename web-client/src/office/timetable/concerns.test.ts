import { expect, test } from 'vitest';
import type { ConcernLesson } from '../../protocol';
import { grouped } from './concerns';

const lesson = (id: string, class_name: string, title = '第一讲'): ConcernLesson => ({
  lesson: id,
  title,
  class_name,
  planned_start_ms: 0,
  planned_end_ms: 1,
  credit_ch: 100,
  worth_ch: 50,
});

test('the same lesson of several classes is one line', () => {
  const lines = grouped([lesson('a', '001'), lesson('b', '001', '第二讲'), lesson('c', '002')]);
  expect(lines.map((group) => group.map(({ lesson }) => lesson))).toEqual([['a', 'c'], ['b']]);
});
