/**
 * The path below which a proxy shows the server. Everywhere else in the client, addresses are written as if the server
 * were at the root; they get the path here where they leave the client, and lose it where they come in.
 */

function found(): string {
  if (typeof document === 'undefined') return '';
  return document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? '';
}

/** The path: empty, or as `/class`. */
export const BASE_PATH = found();

/** A path of the client in the form that the browser needs. */
export function at(path: string, base = BASE_PATH): string {
  return path.startsWith('/') && !path.startsWith('//') ? base + path : path;
}

/** An address of the browser in the form that the client knows. */
export function inside(address: URL, base = BASE_PATH): URL {
  const url = new URL(address);
  if (url.pathname === base) url.pathname = '/';
  else if (url.pathname.startsWith(`${base}/`)) url.pathname = url.pathname.slice(base.length);
  return url;
}

/** The reverse of `inside`. */
export function outside(address: URL, base = BASE_PATH): URL {
  const url = new URL(address);
  url.pathname = base + url.pathname;
  return url;
}

/** The address of this page in the form that the client knows. */
export function here(): URL {
  return inside(new URL(location.href));
}
