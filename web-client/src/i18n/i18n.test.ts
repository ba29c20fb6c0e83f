import { describe, expect, test } from 'vitest';
import { formatBitrate, formatCount, formatElapsed, initialLanguage } from './index';

const files: Record<string, Record<string, object>> = import.meta.glob('../**/*texts.{zh,en}.ts', {
  eager: true,
});

/** Every text with its path; texts with values are called with examples. */
function leaves(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') return [[here, value(3, 100)]];
    return leaves(value, here);
  });
}

/** Every text of every feature in one language; a path begins with the folder and the name of the table. */
function tables(language: 'Zh' | 'En'): [string, string][] {
  return Object.entries(files).flatMap(([file, exported]) => {
    const folder = file.split('/').slice(1, -1).join('/');
    const named = Object.entries(exported).filter(([name]) => name.endsWith(language));
    return named.flatMap(([name, table]) => leaves(table, `${folder}/${name.slice(0, -2)}`));
  });
}

const zh = tables('Zh');
const en = tables('En');

/** Empty on purpose: no measure was taken, so nothing is said. */
const EMPTY = ['class/class.pill.doing.full'];

const LATIN = [
  'kit/portal.about',
  'account/account.about',
  'kit/kit.language',
  'class/class.language',
  'operator/operator.cpu',
  'office/office.formats.xlsx',
  'office/office.formats.gb18030',
  'office/office.formats.csv',
];

describe('the tables', () => {
  test('have the same keys', () => {
    expect(new Set(zh.map(([path]) => path.split('/')[0]))).toEqual(
      new Set([
        'account',
        'certificate',
        'class',
        'enrol',
        'essay',
        'home',
        'hours',
        'kit',
        'office',
        'operator',
        'quiz',
        'replay',
        'open',
        'survey',
      ]),
    );
    expect(en.map(([path]) => path)).toEqual(zh.map(([path]) => path));
  });

  test('call whoever teaches by one word', () => {
    expect(zh.filter(([path, text]) => text.includes('老师') && !path.startsWith('office/'))).toEqual([]);
  });

  test('have no empty text', () => {
    const empty = [...zh, ...en].filter(([path, text]) => text.trim() === '' && !EMPTY.includes(path));
    expect(empty).toEqual([]);
  });

  test('English has no Chinese left in it, but for the name of the other language', () => {
    const han = en.filter(([path, text]) => /\p{Script=Han}/u.test(text) && !path.endsWith('.language'));
    expect(han).toEqual([]);
  });

  test('Chinese is Chinese, but for a name and an abbreviation', () => {
    const latin = zh.filter(
      ([path, text]) => text !== '' && !/\p{Script=Han}/u.test(text) && !LATIN.includes(path),
    );
    expect(latin).toEqual([]);
  });
});

describe('the language of a first visit', () => {
  const storage = (kept: string | null) => ({ getItem: () => kept });
  test.each([
    [null, 'en-GB', 'en'],
    [null, 'zh-CN', 'zh'],
    [null, 'fr-FR', 'zh'],
    ['zh', 'en-US', 'zh'],
    ['en', 'zh-CN', 'en'],
    ['xx', 'en-US', 'en'],
  ])('kept %s, browser %s: %s', (kept, browser, language) => {
    expect(initialLanguage(storage(kept), browser)).toBe(language);
  });

  test('forbidden storage is no reason to fail', () => {
    const forbidden = {
      getItem: () => {
        throw new Error('SecurityError');
      },
    };
    expect(initialLanguage(forbidden, 'en')).toBe('en');
  });
});

test('numbers as people read them', () => {
  expect([0, 59_999, 3_599_000, 3_909_000, -5].map(formatElapsed)).toEqual([
    '00:00',
    '00:59',
    '59:59',
    '1:05:09',
    '00:00',
  ]);
  expect([400, 64_000, 1_540_000, 162_000_000, 2_340_000_000].map(formatBitrate)).toEqual([
    '0 kbit/s',
    '64 kbit/s',
    '1.5 Mbit/s',
    '162 Mbit/s',
    '2.34 Gbit/s',
  ]);
  expect(formatCount(1203442990)).toBe('1\u202f203\u202f442\u202f990');
});
