import { expect, test } from 'vitest';
import { isSendKey, type KeyLike } from './ime';

const enter: KeyLike = { key: 'Enter', keyCode: 13, isComposing: false, shiftKey: false };

test.each<[string, Partial<KeyLike>, boolean]>([
  ['a plain Enter sends', {}, true],
  ['Enter that picks a candidate does not (Chrome, Firefox)', { isComposing: true }, false],
  ['Enter that ends a composition in Safari does not', { keyCode: 229 }, false],
  ['both at once do not', { isComposing: true, keyCode: 229 }, false],
  ['Shift+Enter makes a line', { shiftKey: true }, false],
  ['another key does nothing', { key: 'a', keyCode: 65 }, false],
])('%s', (_name, change, sends) => {
  expect(isSendKey({ ...enter, ...change })).toBe(sends);
});
