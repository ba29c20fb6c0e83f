/** The list of the best essays, which grows page by page; its address says how far. Pure. */
import type { EssayKind, OpenEssay, OpenEssays } from '../protocol';

/** The last page that a reload or the way back restores, from 0; people who read further load the rest again. */
const PAGE_MAX = 9;

/** What is shown with one more page. Essays that moved on to it since are not shown twice. */
export function joined(shown: OpenEssays, more: OpenEssays): OpenEssays {
  const known = new Set(shown.essays.map(({ id }) => id));
  return { ...more, essays: [...shown.essays, ...more.essays.filter(({ id }) => !known.has(id))] };
}

/** The last page that an address asks for, from 0. */
export function lastPageOf(query: URLSearchParams): number {
  const page = Number(query.get('page') ?? 0);
  return Number.isInteger(page) && page >= 0 ? Math.min(page, PAGE_MAX) : 0;
}

/** What it is, and whose. */
export function titleOf({ kind, name }: OpenEssay, kinds: Record<EssayKind, string>): string {
  return `${kinds[kind]} · ${name}`;
}

/** Where an essay comes from, each place once: schools may be units of their own. */
export function placesOf({ unit, school, phase, programme }: OpenEssay): string[] {
  return [...new Set([unit, school, phase, programme].filter(Boolean))];
}

/** The number of an essay in an address; null = there can be no such essay. */
export function numberOf(part: string): number | null {
  return /^[1-9]\d{0,14}$/.test(part) ? Number(part) : null;
}
