/**
 * Below which path a proxy shows the server. Everywhere else in the client addresses are written as if it were at the
 * root; they get the path here, where they leave the client, and lose it where they come in.
 */

function found(): string {
  if (typeof document === 'undefined') return '';
  return document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? '';
}

/** Empty, or as `/class`. */
export const BASE_PATH = found();

/** A path of the client as the browser needs it. */
export function at(path: string, base = BASE_PATH): string {
  return path.startsWith('/') && !path.startsWith('//') ? base + path : path;
}

/** An address of the browser as the client knows it. */
export function inside(address: URL, base = BASE_PATH): URL {
  const url = new URL(address);
  if (url.pathname === base) url.pathname = '/';
  else if (url.pathname.startsWith(`${base}/`)) url.pathname = url.pathname.slice(base.length);
  return url;
}

/** The other way round. */
export function outside(address: URL, base = BASE_PATH): URL {
  const url = new URL(address);
  url.pathname = base + url.pathname;
  return url;
}

/** The address of this page as the client knows it. */
export function here(): URL {
  return inside(new URL(location.href));
}
