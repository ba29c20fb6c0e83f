import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DocumentKind, Wrong } from '../protocol';
import {
  sexOf,
  wrongDocument,
  wrongEmail,
  wrongMobile,
  wrongName,
  wrongSchool,
  wrongSchoolCode,
} from './fields';

const TODAY = '2020-11-06';

const shared: Shared = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../tests/shared/person.json'), 'utf8'),
);

/** The cases that the server's tests read as well. */
interface Shared {
  documents: { kind: DocumentKind; text: string; today: string; wrong: Wrong | null }[];
  areas: string[];
  residents: string[];
  names: [string, Wrong | null][];
  mobiles: [string, Wrong | null][];
  school_codes: [string, Wrong | null][];
  emails: [string, Wrong | null][];
}

describe('a document number', () => {
  test.each(shared.documents)('$kind $text, $today: $wrong', ({ kind, text, today, wrong }) => {
    expect(wrongDocument(kind, text, today)).toBe(wrong);
  });

  test.each(shared.residents)('%s is right with its own check character only', (number) => {
    for (const check of '0123456789X') {
      const found = wrongDocument('resident', number.slice(0, 17) + check, TODAY);
      expect(found).toBe(check === number[17] ? null : 'check');
    }
  });

  test('the first two digits are those of a province', () => {
    const all = Array.from({ length: 100 }, (_, area) => String(area).padStart(2, '0'));
    const found = all.filter(
      (area) => wrongDocument('resident', `${area}010519491231002X`, TODAY) !== 'area',
    );
    expect(found).toEqual(shared.areas);
  });

  test('one wrong digit, and two neighbours exchanged, are found', () => {
    const good = '11010519491231002X';
    for (let at = 6; at < 16; at += 1) {
      const other = String((Number(good[at]) + 1) % 10);
      expect(wrongDocument('resident', good.slice(0, at) + other + good.slice(at + 1), TODAY)).not.toBeNull();
      const swapped = good.slice(0, at) + good[at + 1] + good[at] + good.slice(at + 2);
      if (swapped !== good) expect(wrongDocument('resident', swapped, TODAY)).not.toBeNull();
    }
  });
});

test.each([...shared.names, ['王\u202e丽', 'character'] as const])('name %s: %s', (text, wrong) => {
  expect(wrongName(text)).toBe(wrong);
});

test.each(shared.mobiles)('mobile %s: %s', (text, wrong) => {
  expect(wrongMobile(text)).toBe(wrong);
});

test('a school has a name of a sensible length', () => {
  expect([wrongSchool(' '), wrongSchool('宁波职业技术学院'), wrongSchool('校'.repeat(101))]).toEqual([
    'missing',
    null,
    'too_long',
  ]);
});

test.each(shared.school_codes)('code of a school %s: %s', (text, wrong) => {
  expect(wrongSchoolCode(text)).toBe(wrong);
});

test.each(shared.emails)('e-mail %s: %s', (text, wrong) => {
  expect(wrongEmail(text)).toBe(wrong);
});

test('the sex stands in a resident number and nowhere else', () => {
  expect(sexOf('resident', '11010519491231002X')).toBe('female');
  expect(sexOf('resident', '110105200411060012')).toBe('male');
  expect([sexOf('resident', '1101'), sexOf('passport', 'E12345678')]).toEqual([null, null]);
});
