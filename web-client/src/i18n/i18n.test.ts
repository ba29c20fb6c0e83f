import { describe, expect, test } from 'vitest';
import { hoursEn } from './hours.en';
import { hoursZh } from './hours.zh';
import { formatBitrate, formatCount, formatElapsed, initialLanguage, texts } from './index';
import { officeEn } from './office.en';
import { officeZh } from './office.zh';
import { portalEn } from './portal.en';
import { portalZh } from './portal.zh';
import { replayEn } from './replay.en';
import { replayZh } from './replay.zh';
import { traineeEn } from './trainee.en';
import { traineeZh } from './trainee.zh';

/** Every text with its path; texts with values are asked with examples. */
function leaves(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') return [[here, value(3, 100)]];
    return leaves(value, here);
  });
}

const zh = [
  ...leaves(texts.zh),
  ...leaves(replayZh, 'replay'),
  ...leaves(hoursZh, 'hours'),
  ...leaves(portalZh, 'portal'),
  ...leaves(traineeZh, 'trainee'),
  ...leaves(officeZh, 'office'),
];
const en = [
  ...leaves(texts.en),
  ...leaves(replayEn, 'replay'),
  ...leaves(hoursEn, 'hours'),
  ...leaves(portalEn, 'portal'),
  ...leaves(traineeEn, 'trainee'),
  ...leaves(officeEn, 'office'),
];

/** Empty on purpose: nothing was done, so nothing is said. */
const EMPTY = ['pill.doing.full'];

const LATIN = [
  'portal.about',
  'language',
  'operator.cpu',
  'office.formats.xlsx',
  'office.formats.gb18030',
  'office.formats.csv',
];

describe('the tables', () => {
  test('have the same keys', () => {
    expect(en.map(([path]) => path)).toEqual(zh.map(([path]) => path));
  });

  test('have no empty text', () => {
    const empty = [...zh, ...en].filter(([path, text]) => text.trim() === '' && !EMPTY.includes(path));
    expect(empty).toEqual([]);
  });

  test('English has no Chinese left in it, but for the name of the other language', () => {
    const han = en.filter(([path, text]) => /\p{Script=Han}/u.test(text) && path !== 'language');
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
