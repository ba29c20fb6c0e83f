/** The open catalogue's side of the REST interface; nobody signs in. */
import { ask } from '../api';
import type { OpenCourses, OpenEssays, OpenEssayText } from '../protocol';

/** A search as it stands in the address of the page. */
export interface Search {
  text: string;
  /** Empty = any. */
  tag: string;
  /** Counted from 0. */
  page: number;
}

export function findCourses({ text, tag, page }: Search, signal: AbortSignal): Promise<OpenCourses> {
  const query = new URLSearchParams({ q: text, tag, page: String(page) });
  return ask(`/api/open?${query}`, { signal });
}

/** One page of the best essays. */
export function bestEssays(page: number, signal?: AbortSignal): Promise<OpenEssays> {
  return ask(`/api/open/essays?page=${page}`, signal && { signal });
}

export function bestEssay(id: number, signal: AbortSignal): Promise<OpenEssayText> {
  return ask(`/api/open/essays/${id}`, { signal });
}
