/** Long lists in pages: which numbers are offered, and what of the list is shown. Pure. */

export const PAGE_ROWS = 50;

export function pageCount(total: number, rows = PAGE_ROWS): number {
  return Math.max(1, Math.ceil(total / rows));
}

/** The first, the last, and those around `page`; null where some are left out. */
export function pageLinks(page: number, count: number): (number | null)[] {
  const near = [1, page - 1, page, page + 1, count].filter((one) => one >= 1 && one <= count);
  const numbers = [...new Set(near)].sort((a, b) => a - b);
  return numbers.flatMap((number, at) => {
    const before = numbers[at - 1] ?? 0;
    if (number - before === 2) return [number - 1, number]; // A gap of one is no shorter than the number.
    return number - before > 2 ? [null, number] : [number];
  });
}

/** `[51, 100]` of a list of 10,000 for its second page; `[0, 0]` of an empty one. */
export function rowsShown(page: number, total: number, rows = PAGE_ROWS): [number, number] {
  if (total === 0) return [0, 0];
  return [(page - 1) * rows + 1, Math.min(page * rows, total)];
}
