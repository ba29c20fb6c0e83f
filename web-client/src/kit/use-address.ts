/** The address of the page as state, for pages with several views: back, reload and a copied link all work. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { inside, outside } from '../base/path';
import { page } from './unsaved';

const MOVED = 'live-classroom:moved';

/** The address that is shown: the way back ends there when unsaved text is kept. */
let shown = '';

/** The way back cannot be refused, so it is undone where unsaved text is kept. */
function moveBack(): void {
  if (page.mayLeave()) shown = location.href;
  else history.pushState(null, '', shown);
  window.dispatchEvent(new Event(MOVED));
}

let views = 0;

function subscribe(changed: () => void): () => void {
  window.addEventListener(MOVED, changed);
  // One question for all views of the page.
  if (views === 0) window.addEventListener('popstate', moveBack);
  if (views === 0) shown = location.href;
  views += 1;
  return () => {
    window.removeEventListener(MOVED, changed);
    views -= 1;
    if (views === 0) window.removeEventListener('popstate', moveBack);
  };
}

export interface Address {
  url: URL;
  /** Goes to another view; with `replace` the way back does not lead through this one. */
  go: (url: URL, replace?: boolean) => void;
}

export function useAddress(): Address {
  const href = useSyncExternalStore(subscribe, () => location.href);
  const url = useMemo(() => inside(new URL(href)), [href]);
  const go = useCallback((next: URL, replace = false) => {
    const address = outside(next);
    if (address.href === location.href || !page.mayLeave()) return;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    shown = location.href;
    window.dispatchEvent(new Event(MOVED));
    if (!replace) window.scrollTo(0, 0);
  }, []);
  return { url, go };
}

/** The same page with other values after the `?`; empty ones are left out. */
export function withParams(url: URL, values: Record<string, string>): URL {
  const next = new URL(url);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return next;
}
