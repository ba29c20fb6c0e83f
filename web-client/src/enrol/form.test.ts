import { expect, test } from 'vitest';
import {
  type Draft,
  draftOf,
  EMPTY,
  formOf,
  keptOf,
  NOTHING_KEPT,
  progressOf,
  requiredOf,
  wrongOf,
} from './form';

const TODAY = '2026-11-25';
const PLAIN = { tracks: [], categories: [] };
const FULL: Draft = {
  ...EMPTY,
  name: '王丽',
  document_number: '11010519491231002X',
  unit: '33',
  school: '宁波职业技术学院',
  school_kind: 'higher',
  mobile: '13812345678',
};

test('a form that is filled in has nothing wrong', () => {
  expect(wrongOf(FULL, PLAIN, NOTHING_KEPT, TODAY)).toEqual({});
  expect(progressOf(FULL, PLAIN, NOTHING_KEPT, TODAY)).toEqual({ done: 7, all: 7 });
});

test('an empty one says what is missing, and how far it is', () => {
  const wrong = wrongOf(EMPTY, PLAIN, NOTHING_KEPT, TODAY);
  expect(Object.keys(wrong).sort()).toEqual(
    ['document_number', 'mobile', 'name', 'school', 'school_kind', 'unit'].sort(),
  );
  expect(new Set(Object.values(wrong))).toEqual(new Set(['missing']));
  expect(progressOf(EMPTY, PLAIN, NOTHING_KEPT, TODAY)).toEqual({ done: 1, all: 7 });
});

test('directions and categories are asked where the phase has some', () => {
  const phase = { tracks: ['电子商务数据分析'], categories: ['骨干教师'] };
  expect(wrongOf(FULL, phase, NOTHING_KEPT, TODAY)).toEqual({ track: 'missing', category: 'missing' });
});

test('the sex is asked where the document does not say it', () => {
  expect(requiredOf(FULL, PLAIN)).not.toContain('sex');
  const passport: Draft = { ...FULL, document_kind: 'passport', document_number: 'E12345678' };
  expect(wrongOf(passport, PLAIN, NOTHING_KEPT, TODAY)).toEqual({ sex: 'missing' });
  expect([formOf(FULL).sex, formOf({ ...passport, sex: 'unsaid' }).sex]).toEqual(['female', 'unsaid']);
});

test('what is kept masked may stay empty and is not sent back masked', () => {
  const saved = {
    ...formOf(FULL),
    document_number: '**************002X',
    mobile: '138****5678',
    email: 'w***@a.cn',
  };
  const draft = draftOf(saved);
  expect([draft.document_number, draft.mobile, draft.email]).toEqual(['', '', '']);
  expect(wrongOf(draft, PLAIN, keptOf(saved), TODAY)).toEqual({});
  expect(wrongOf({ ...draft, mobile: '138' }, PLAIN, keptOf(saved), TODAY)).toEqual({ mobile: 'phone' });
});

test('what is optional is checked when it is there', () => {
  expect(wrongOf({ ...FULL, email: 'x', school_code: '1' }, PLAIN, NOTHING_KEPT, TODAY)).toEqual({
    email: 'email',
    school_code: 'length',
  });
});
