/** The search of the catalogue in the address of its page, so that it can be passed on. Pure. */
import type { Search } from './api';

/** The most characters that the server looks at. */
export const SEARCH_CHARS_MAX = 100;
const PAGE_MAX = 9_999;

export function searchOf(query: URLSearchParams): Search {
  const page = Number(query.get('page') ?? 0);
  return {
    text: (query.get('q') ?? '').slice(0, SEARCH_CHARS_MAX),
    tag: (query.get('tag') ?? '').slice(0, SEARCH_CHARS_MAX),
    page: Number.isInteger(page) && page >= 0 && page <= PAGE_MAX ? page : 0,
  };
}

/** What stands behind the address of the page; empty = everything. */
export function queryOf({ text, tag, page }: Search, seat: string | null): string {
  const query = new URLSearchParams();
  if (text) query.set('q', text);
  if (tag) query.set('tag', tag);
  if (page > 0) query.set('page', String(page));
  if (seat !== null) query.set('as', seat);
  const said = query.toString();
  return said && `?${said}`;
}
