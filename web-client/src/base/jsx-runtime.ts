/** React's own runtime, except that addresses in elements stand below the path of the proxy. */
import { Fragment, jsx as reactJsx, jsxs as reactJsxs } from 'react/jsx-runtime';
import { at, BASE_PATH } from './path';

export type { JSX } from 'react';
export { Fragment };

type Jsx = typeof reactJsx;
type Props = Record<string, unknown>;

const ADDRESSES = ['href', 'src', 'poster'] as const;

function placed<T>(type: unknown, props: T): T {
  if (BASE_PATH === '' || typeof type !== 'string') return props;
  const placed: Props = { ...(props as Props) };
  for (const name of ADDRESSES) {
    const value = placed[name];
    if (typeof value === 'string') placed[name] = at(value);
  }
  return placed as T;
}

export const jsx: Jsx = (type, props, key) => reactJsx(type, placed(type, props), key);
export const jsxs: Jsx = (type, props, key) => reactJsxs(type, placed(type, props), key);
