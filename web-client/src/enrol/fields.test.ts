import { describe, expect, test } from 'vitest';
import {
  dayIn,
  sexOf,
  wrongDocument,
  wrongEmail,
  wrongMobile,
  wrongName,
  wrongSchool,
  wrongSchoolCode,
} from './fields';

const TODAY = '2020-11-06';

describe('a document number', () => {
  test.each([
    ['11010519491231002X', null],
    [' 110105 19491231 002x ', null],
    ['１１０１０５１９４９１２３１００２Ｘ', null],
    ['', 'missing'],
    ['110105491231002', 'fifteen_digits'],
    ['1101051949123100', 'length'],
    ['11010519491231002XX', 'length'],
    ['1101051949123I002X', 'digits'],
    ['11010519491231002Y', 'digits'],
    ['99010519491231002X', 'area'],
    ['11010519490231002X', 'birthday'],
    ['440524188001010014', 'age'],
    ['110105200503070018', 'age'],
    ['110105194912310020', 'check'],
    ['11010519491231012X', 'check'],
  ])('%s: %s', (text, wrong) => {
    expect(wrongDocument('resident', text, TODAY)).toBe(wrong);
  });

  test('sixteen begins on the birthday', () => {
    const number = '110105200411060012';
    const found = (day: string) => wrongDocument('resident', number, day);
    expect(found('2020-11-05')).toBe('age');
    expect(found('2020-11-06')).not.toBe('age');
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

  test.each([
    ['E12345678', null],
    ['E1', 'length'],
    ["E1234'678", 'character'],
  ])('passport %s: %s', (text, wrong) => {
    expect(wrongDocument('passport', text, TODAY)).toBe(wrong);
  });
});

test.each([
  ['王丽', null],
  ['阿卜杜拉•买买提', null],
  ['䶮𠮷', null],
  ["O'Neill", null],
  ['　', 'missing'],
  ['=1+1', 'character'],
  ['王1', 'character'],
  ['王\u202e丽', 'character'],
  ['王'.repeat(51), 'too_long'],
])('name %s: %s', (text, wrong) => {
  expect(wrongName(text)).toBe(wrong);
});

test.each([
  ['138 1234 5678', null],
  ['+86-13812345678', null],
  ['0086 19212345678', null],
  ['１３８１２３４５６７８', null],
  ['', 'missing'],
  ['12812345678', 'phone'],
  ['1381234567', 'phone'],
])('mobile %s: %s', (text, wrong) => {
  expect(wrongMobile(text)).toBe(wrong);
});

test('a school has a name of a sensible length', () => {
  expect([wrongSchool(' '), wrongSchool('宁波职业技术学院'), wrongSchool('校'.repeat(101))]).toEqual([
    'missing',
    null,
    'too_long',
  ]);
});

test('the day is that of Beijing', () => {
  expect(dayIn(Date.parse('2020-11-05T15:59:59.999Z'))).toBe('2020-11-05');
  expect(dayIn(Date.parse('2020-11-05T16:00:00Z'))).toBe('2020-11-06');
});

test('what is optional may be empty, and must be right otherwise', () => {
  expect(['', '4133000001', '413300000', '41330000x1'].map(wrongSchoolCode)).toEqual([
    null,
    null,
    'length',
    'digits',
  ]);
  expect(['', 'wang@example.cn', 'wang@', 'wang example.cn'].map(wrongEmail)).toEqual([
    null,
    null,
    'email',
    'email',
  ]);
});

test('the sex stands in a resident number and nowhere else', () => {
  expect(sexOf('resident', '11010519491231002X')).toBe('female');
  expect(sexOf('resident', '110105200411060012')).toBe('male');
  expect([sexOf('resident', '1101'), sexOf('passport', 'E12345678')]).toEqual([null, null]);
});
