import { expect, test } from 'vitest';
import { keepCopy, keyOf, readCopy, takeCopy, windowOf } from './kept';

function memory() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return { kept, storage };
}

const key = keyOf('王', 'zp-1');
const text = { text: '地铁里写的', revision: 3 };

test('a copy is there after the page was closed, for its author alone', () => {
  const { kept, storage } = memory();
  expect(keepCopy(key, 'a', text, storage)).toBe(true);
  expect(readCopy(key, 'a', storage)).toEqual({ of: 'a', copy: text });
  expect(readCopy(keyOf('李', 'zp-1'), 'a', storage)).toBeNull();
  keepCopy(key, 'a', null, storage);
  expect(kept.size).toBe(0);
  for (const damaged of ['{', '1', '{"a":{"text":1}}', '{"a":null}', 'null']) {
    kept.set(key, damaged);
    expect(readCopy(key, 'a', storage)).toBeNull();
  }
});

test('two windows without a network overwrite nothing of each other, and both are found again', () => {
  const { kept, storage } = memory();
  const other = { text: '另一个窗口', revision: 3 };
  keepCopy(key, 'a', text, storage);
  keepCopy(key, 'b', other, storage);
  expect([readCopy(key, 'a', storage)?.copy, readCopy(key, 'b', storage)?.copy]).toEqual([text, other]);
  // Both windows were closed: a new one finds one copy after the other.
  expect(takeCopy(key, 'c', storage)).toEqual(text);
  expect([readCopy(key, 'c', storage)?.of, readCopy(key, 'b', storage)?.of]).toEqual(['c', 'b']);
  keepCopy(key, 'c', null, storage);
  expect(takeCopy(key, 'c', storage)).toEqual(other);
  keepCopy(key, 'c', null, storage);
  expect(kept.size).toBe(0);
});

test('a window is the same one after a reload', () => {
  const [one, two] = [memory().storage, memory().storage];
  expect(windowOf(key, one)).toBe(windowOf(key, one));
  expect(windowOf(key, one)).not.toBe(windowOf(key, two));
});

test('storage that is forbidden is told, and nothing else', () => {
  const refuse = () => {
    throw new Error('SecurityError');
  };
  expect(readCopy('x', 'a', { getItem: refuse })).toBeNull();
  const storage = { getItem: refuse, setItem: refuse, removeItem: refuse };
  expect(keepCopy('x', 'a', { text: '', revision: 0 }, storage)).toBe(false);
});
