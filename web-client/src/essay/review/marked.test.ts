import { expect, test } from 'vitest';
import { layersOf, pieces } from './marked';

test('passages are marked by characters, also where one takes two units', () => {
  const text = '𠮷野家的课';
  expect(pieces(text, [{ mark: 'shared', passages: [{ from: 1, to: 3 }] }])).toEqual([
    { from: 0, text: '𠮷', mark: null },
    { from: 1, text: '野家', mark: 'shared' },
    { from: 3, text: '的课', mark: null },
  ]);
  expect(pieces(text, []).map((one) => one.text)).toEqual([text]);
  expect(pieces('', [])).toEqual([]);
  expect(pieces('ab', [{ mark: 'shared', passages: [{ from: 1, to: 99 }] }]).map((one) => one.text)).toEqual([
    'a',
    'b',
  ]);
});

test('all are shown, or one of them alone', () => {
  const overlap = (essay: number | null, from: number, to: number) => ({
    essay,
    percent: 10,
    is_flagged: false,
    passages: [{ from, to }],
  });
  const of = { repeated: overlap(null, 0, 2), shared: [overlap(7, 1, 3)] };
  const marks = (only: (typeof of.shared)[0] | null) =>
    pieces('甲乙丙丁', layersOf(of, only)).map((one) => [one.text, one.mark]);
  expect(marks(null)).toEqual([
    ['甲', 'repeated'],
    ['乙丙', 'shared'],
    ['丁', null],
  ]);
  expect(marks(of.repeated)).toEqual([
    ['甲乙', 'repeated'],
    ['丙丁', null],
  ]);
});
