import { expect, test } from 'vitest';
import { pageCount, pageLinks, rowsShown } from './pages';

test.each([
  [0, 1],
  [1, 1],
  [50, 1],
  [51, 2],
  [10_000, 200],
])('%i rows are on %i pages', (total, pages) => {
  expect(pageCount(total)).toBe(pages);
});

test.each([
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [1, 200, [1, 2, null, 200]],
  [3, 200, [1, 2, 3, 4, null, 200]],
  [4, 200, [1, 2, 3, 4, 5, null, 200]],
  [100, 200, [1, null, 99, 100, 101, null, 200]],
  [200, 200, [1, null, 199, 200]],
])('on page %i of %i: %j', (page, count, links) => {
  expect(pageLinks(page, count)).toEqual(links);
});

test('what is shown of the list', () => {
  expect([rowsShown(1, 0), rowsShown(2, 10_000), rowsShown(3, 101)]).toEqual([
    [0, 0],
    [51, 100],
    [101, 101],
  ]);
});
