import { expect, test } from 'vitest';
import { Dismissed } from './dismissed';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test('a closed result stays closed after a reload, until staff take it down', () => {
  const tab = storage();
  const before = new Dismissed('key', tab);
  before.add(3);
  before.add(3);
  expect([before.has(3), before.has(4)]).toEqual([true, false]);
  const after = new Dismissed('key', tab);
  expect(after.has(3)).toBe(true);
  after.forget(3);
  expect([after.has(3), new Dismissed('key', tab).has(3)]).toEqual([false, false]);
});

test('what cannot be read or written is not kept, and nothing breaks', () => {
  const broken = {
    getItem: () => '{"no":"list"}',
    setItem: () => {
      throw new Error('forbidden');
    },
  };
  const dismissed = new Dismissed('key', broken);
  dismissed.add(1);
  expect(dismissed.has(1)).toBe(true);
});
