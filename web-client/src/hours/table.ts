/** The class sheet after class: marks and sorting. Pure. */
import type { CourseKind, HoursLine } from '../protocol';

export type Column =
  | 'name'
  | 'first'
  | 'last'
  | 'counted'
  | 'withReplay'
  | 'checks'
  | 'voidBlocks'
  | 'credit'
  | 'marks';

export const COLUMNS: readonly Column[] = [
  'name',
  // Beside the name: on a phone one sees these two, and people look for the absent first.
  'marks',
  'credit',
  'counted',
  'withReplay',
  'checks',
  'voidBlocks',
  'first',
  'last',
];

/** The columns of a self-study lesson. */
const STUDY: readonly Column[] = ['name', 'credit', 'withReplay', 'last'];

export function columnsOf(kind: CourseKind): readonly Column[] {
  return kind === 'async' ? STUDY : COLUMNS;
}

export interface Order {
  column: Column;
  descending: boolean;
}

export type Mark = 'absent' | 'late' | 'early' | 'unasked' | 'adjusted';

/**
 * The marks of a line in a lesson of so many taught seconds. Nobody is absent where nothing was taught; exported
 * sheets say the same.
 */
export function marksOf(line: HoursLine, taughtS: number): Mark[] {
  const marks: Mark[] = [];
  if (line.first_ms === null && taughtS > 0) marks.push('absent');
  if (line.reasons.some((one) => one.reason === 'late')) marks.push('late');
  if (line.reasons.some((one) => one.reason === 'early')) marks.push('early');
  // Credited on presence alone: no check ever asked for a sign of attention.
  if (line.credit_ch > 0 && line.asked === 0) marks.push('unasked');
  if (line.adjusted_ch !== 0) marks.push('adjusted');
  return marks;
}

const byPinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin', { numeric: true });

/** The figure that is compared; people who were never there are before everybody in `first` and `last`. */
function figure(line: HoursLine, column: Exclude<Column, 'name'>, taughtS: number): number {
  switch (column) {
    case 'first':
      return line.first_ms ?? 0;
    case 'last':
      return line.last_ms ?? 0;
    case 'counted':
      return line.counted_s;
    case 'withReplay':
      return line.with_replay_s;
    case 'checks':
      return line.answered - line.asked;
    case 'voidBlocks':
      return line.void_blocks.length;
    case 'credit':
      return line.lesson_ch;
    case 'marks':
      return -marksOf(line, taughtS).length;
  }
}

/** The lines in a new order; equal ones stay in the order of names. */
export function sortLines(
  lines: readonly HoursLine[],
  taughtS: number,
  { column, descending }: Order,
): HoursLine[] {
  const sign = descending ? -1 : 1;
  const byName = (a: HoursLine, b: HoursLine) =>
    byPinyin.compare(a.name, b.name) || byPinyin.compare(a.person, b.person);
  if (column === 'name') return [...lines].sort((a, b) => sign * byName(a, b));
  return [...lines].sort(
    (a, b) => sign * (figure(a, column, taughtS) - figure(b, column, taughtS)) || byName(a, b),
  );
}

/** The order after a press on a heading: by that column, and pressed again the other way round. */
export function nextOrder(now: Order, column: Column): Order {
  return { column, descending: now.column === column && !now.descending };
}
