import { expect, test } from 'vitest';
import { standingOf } from './attainment-table';
import { sumsOf } from './sums';
import { ofTab, registrationOf, tabOf, wantedOf } from './wanted';

const said = (query: string) => new URLSearchParams(query);

test('the address says whose results are wanted; what it does not know fits all', () => {
  const wanted = wantedOf(said('unit=33&class=zp-1-001&passed=no&text=一中&phase=zp-1'));
  expect(wanted).toEqual({ unit: '33', class: 'zp-1-001', passed: 'no', behind: '', text: '一中' });
  expect(wantedOf(said('passed=maybe&behind=1'))).toEqual({
    unit: '',
    class: '',
    passed: '',
    behind: '',
    text: '',
  });
});

test('who is behind has no result: one tab at a time', () => {
  expect(tabOf(wantedOf(said('passed=yes&behind=true')))).toBe('behind');
  for (const tab of ['', 'yes', 'no', 'open', 'behind'] as const) {
    expect(tabOf({ ...wantedOf(said('passed=no')), ...ofTab(tab) })).toBe(tab);
  }
});

test('the address names a person by a number only', () => {
  expect(
    ['of=17', 'of=', '', 'of=../x', 'of=-1', 'of=1e3'].map((query) => registrationOf(said(query))),
  ).toEqual([17, null, null, null, null, null]);
});

test('only who has no result is behind', () => {
  const paces = [null, 'done', 'on_track', 'behind', 'short'] as const;
  expect(paces.map((pace) => standingOf({ passed: null, pace }))).toEqual([
    'open',
    'open',
    'open',
    'behind',
    'short',
  ]);
  expect([true, false].map((passed) => standingOf({ passed, pace: null }))).toEqual(['yes', 'no']);
});

test('hours are added up by where they came from; what people or a later result changed is adjusted', () => {
  const entry = (kind: string, delta_ch: number) => ({ kind, delta_ch });
  const entries = [
    entry('live', 200),
    entry('live', 160),
    entry('async', 100),
    entry('makeup', 40),
    entry('adjust', 30),
    entry('reverse', -60),
    entry('revoke', -100),
  ];
  expect(sumsOf(entries)).toEqual({ live: 360, async: 100, makeup: 40, adjusted: -130 });
  expect(sumsOf([])).toEqual({ live: 0, async: 0, makeup: 0, adjusted: 0 });
});
