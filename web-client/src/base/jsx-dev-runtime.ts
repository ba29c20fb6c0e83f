/** `jsx-runtime` for development, without the place in the source. */
import type { ElementType, Key } from 'react';
import { Fragment, jsx, jsxs } from './jsx-runtime';

export type { JSX } from 'react';
export { Fragment };

export const jsxDEV = (type: ElementType, props: unknown, key: Key | undefined, isStatic: boolean) =>
  isStatic ? jsxs(type, props, key) : jsx(type, props, key);
