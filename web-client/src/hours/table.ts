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
  'credit',
  'counted',
  'withReplay',
  'checks',
  'voidBlocks',
  'first',
  'last',
  'marks',
];

/** What is told of a lesson that is studied alone. */
const STUDY: readonly Column[] = ['name', 'credit', 'withReplay', 'last'];

export function columnsOf(kind: CourseKind): readonly Column[] {
  return kind === 'async' ? STUDY : COLUMNS;
}

export interface Order {
  column: Column;
  descending: boolean;
}

export type Mark = 'absent' | 'late' | 'early' | 'unasked' | 'adjusted';

export function marksOf(line: HoursLine): Mark[] {
  const marks: Mark[] = [];
  if (line.first_ms === null) marks.push('absent');
  if (line.reasons.some((one) => one.reason === 'late')) marks.push('late');
  if (line.reasons.some((one) => one.reason === 'early')) marks.push('early');
  // Credited on presence alone: no check ever asked for a sign of attention.
  if (line.credit_ch > 0 && line.asked === 0) marks.push('unasked');
  if (line.adjusted_ch !== 0) marks.push('adjusted');
  return marks;
}

const byPinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin', { numeric: true });

/** What is compared; people who were never there are before everybody in `first` and `last`. */
function figure(line: HoursLine, column: Exclude<Column, 'name'>): number {
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
      return -marksOf(line).length;
  }
}

/** Sorted anew; whoever is equal stays in the order of names. */
export function sortLines(lines: readonly HoursLine[], { column, descending }: Order): HoursLine[] {
  const sign = descending ? -1 : 1;
  const byName = (a: HoursLine, b: HoursLine) =>
    byPinyin.compare(a.name, b.name) || byPinyin.compare(a.person, b.person);
  if (column === 'name') return [...lines].sort((a, b) => sign * byName(a, b));
  return [...lines].sort((a, b) => sign * (figure(a, column) - figure(b, column)) || byName(a, b));
}

/** Pressing a heading: that column, and pressed again the other way round. */
export function nextOrder(now: Order, column: Column): Order {
  return { column, descending: now.column === column && !now.descending };
}
