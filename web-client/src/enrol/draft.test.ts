import { expect, test } from 'vitest';
import { dropDraft, keepDraft, readDraft } from './draft';

const FIRST = { name: '', school: '' };

function storage(kept: Record<string, string> = {}) {
  return {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, text: string) => {
      kept[key] = text;
    },
    removeItem: (key: string) => {
      delete kept[key];
    },
  };
}

test('what was typed comes back, and is gone when it is dropped', () => {
  const place = storage();
  keepDraft('d', { name: '王丽', school: '一中' }, place);
  expect(readDraft('d', FIRST, place)).toEqual({ name: '王丽', school: '一中' });
  dropDraft('d', place);
  expect(readDraft('d', FIRST, place)).toEqual(FIRST);
});

test.each(['', 'null', '[]', '7', '{"name":3}', '{"other":"x","__proto__":"y"}', 'no json'])(
  'nothing comes back from %s',
  (text) => {
    expect(readDraft('d', FIRST, storage({ d: text }))).toEqual(FIRST);
  },
);

test('a field that the form got since then is empty', () => {
  expect(readDraft('d', FIRST, storage({ d: '{"name":"王丽"}' }))).toEqual({ name: '王丽', school: '' });
});

test('forbidden storage is no reason to fail', () => {
  const forbidden = () => {
    throw new Error('SecurityError');
  };
  const place = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
  expect(readDraft('d', FIRST, place)).toEqual(FIRST);
  keepDraft('d', FIRST, place);
  dropDraft('d', place);
});
