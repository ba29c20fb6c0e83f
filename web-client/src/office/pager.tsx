/** The pages of a long list: the server tells where the next page begins, earlier beginnings are kept here. */
import { type ReactNode, useState } from 'react';
import { useOfficeText } from './text';

export interface Pages<T> {
  /** The beginning of the present page; null = the first. */
  start: T | null;
  /** The number of the page, from 1. */
  number: number;
  forward: (next: T) => void;
  back: () => void;
  reset: () => void;
}

export function usePages<T>(): Pages<T> {
  const [starts, setStarts] = useState<T[]>([]);
  return {
    start: starts.at(-1) ?? null,
    number: starts.length + 1,
    forward: (next) => {
      setStarts([...starts, next]);
      window.scrollTo(0, 0);
    },
    back: () => setStarts(starts.slice(0, -1)),
    reset: () => setStarts([]),
  };
}

interface Props<T> {
  pages: Pages<T>;
  /** The beginning of the next page; null = this is the last. */
  next: T | null;
  children?: ReactNode;
}

export function Pager<T>({ pages, next, children }: Props<T>) {
  const o = useOfficeText();
  if (pages.number === 1 && next === null && !children) return null;
  return (
    <nav className="pager" aria-label={o.page(pages.number)}>
      {children}
      <span className="grow" />
      <button type="button" className="button small" disabled={pages.number === 1} onClick={pages.back}>
        {o.previous}
      </button>
      <span>{o.page(pages.number)}</span>
      <button
        type="button"
        className="button small"
        disabled={next === null}
        onClick={() => next !== null && pages.forward(next)}
      >
        {o.next}
      </button>
    </nav>
  );
}
