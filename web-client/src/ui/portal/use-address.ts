/** The address of the page as state, for pages with several views: back, reload and a copied link all work. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';

const MOVED = 'live-classroom:moved';

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed);
  window.addEventListener(MOVED, changed);
  return () => {
    window.removeEventListener('popstate', changed);
    window.removeEventListener(MOVED, changed);
  };
}

export interface Address {
  url: URL;
  /** Another view; with `replace` the way back does not lead through this one. */
  go: (url: URL, replace?: boolean) => void;
}

export function useAddress(): Address {
  const href = useSyncExternalStore(subscribe, () => location.href);
  const url = useMemo(() => new URL(href), [href]);
  const go = useCallback((next: URL, replace = false) => {
    if (next.href === location.href) return;
    if (replace) history.replaceState(null, '', next);
    else history.pushState(null, '', next);
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
