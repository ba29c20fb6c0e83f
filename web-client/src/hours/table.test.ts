import { describe, expect, test } from 'vitest';
import { line } from './fixtures';
import { COLUMNS, type Column, marksOf, nextOrder, sortLines } from './table';

const lines = [
  line('张伟', { counted_s: 5000, with_replay_s: 5100, lesson_ch: 180, last_ms: 4_000 }),
  line('阿里', { answered: 4, void_blocks: [2, 3], lesson_ch: 140, counted_s: 4000, with_replay_s: 5200 }),
  line('陈静', {
    first_ms: null,
    last_ms: null,
    counted_s: 0,
    with_replay_s: 0,
    lesson_ch: 0,
    credit_ch: 0,
    asked: 0,
    answered: 0,
  }),
  line('白雪', { first_ms: 9_000, reasons: [{ reason: 'late', late_seconds: 600 }] }),
];
const sorted = (column: Column, descending = false) =>
  sortLines(lines, 5400, { column, descending }).map((one) => one.name);

describe('the class sheet is sorted', () => {
  test.each<[Column, string[]]>([
    ['name', ['阿里', '白雪', '陈静', '张伟']],
    ['credit', ['陈静', '阿里', '张伟', '白雪']],
    ['counted', ['陈静', '阿里', '张伟', '白雪']],
    ['withReplay', ['陈静', '张伟', '阿里', '白雪']],
    ['checks', ['阿里', '白雪', '陈静', '张伟']],
    ['voidBlocks', ['白雪', '陈静', '张伟', '阿里']],
    ['first', ['陈静', '阿里', '张伟', '白雪']],
    ['last', ['陈静', '张伟', '阿里', '白雪']],
    ['marks', ['白雪', '陈静', '阿里', '张伟']],
  ])('by %s', (column, names) => {
    expect(sorted(column)).toEqual(names);
  });

  test('the other way round, names among equals stay in their order', () => {
    expect(sorted('name', true)).toEqual(['张伟', '陈静', '白雪', '阿里']);
    expect(sorted('voidBlocks', true)).toEqual(['阿里', '白雪', '陈静', '张伟']);
  });

  test('every column can be sorted, and nothing given is changed', () => {
    for (const column of COLUMNS) expect(sorted(column).length).toBe(4);
    expect(lines[0]?.name).toBe('张伟');
  });
});

test('a heading pressed twice turns the order round', () => {
  const first = nextOrder({ column: 'name', descending: false }, 'credit');
  expect(first).toEqual({ column: 'credit', descending: false });
  expect(nextOrder(first, 'credit')).toEqual({ column: 'credit', descending: true });
  expect(nextOrder({ column: 'credit', descending: true }, 'credit').descending).toBe(false);
});

test('marks say what staff look for', () => {
  expect(lines.map((one) => marksOf(one, 5400))).toEqual([[], [], ['absent'], ['late']]);
  expect(lines.map((one) => marksOf(one, 0))).toEqual([[], [], [], ['late']]);
  const both = line('高军', { adjusted_ch: -20, reasons: [{ reason: 'early', early_seconds: 400 }] });
  expect(marksOf(both, 5400)).toEqual(['early', 'adjusted']);
  expect(marksOf(line('周密', { asked: 0, answered: 0 }), 5400)).toEqual(['unasked']);
});

test('marks stand beside the name, where a phone shows them', () => {
  expect(COLUMNS.slice(0, 2)).toEqual(['name', 'marks']);
});
