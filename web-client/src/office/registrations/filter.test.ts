import { expect, test } from 'vitest';
import { ANY, differingOf, type Filter, filterOf, isNarrow, paramsOf } from './filter';

test('a filter survives the address', () => {
  const filter: Filter = {
    unit: '33',
    state: 'submitted',
    track: '电子商务数据分析',
    class: 'zp-1-003',
    text: '王 & 丽',
    nominated: 'yes',
    recommended: 'no',
  };
  expect(filterOf(new URLSearchParams(paramsOf(filter)))).toEqual(filter);
  expect(filterOf(new URLSearchParams(''))).toEqual(ANY);
});

test('what was made up is no filter', () => {
  expect(filterOf(new URLSearchParams('state=draft&nominated=maybe&recommended=1'))).toEqual(ANY);
});

test('the state alone does not narrow', () => {
  expect([isNarrow({ ...ANY, state: 'submitted' }), isNarrow({ ...ANY, text: '  ' })]).toEqual([
    false,
    false,
  ]);
  expect(isNarrow({ ...ANY, unit: '33' })).toBe(true);
});

test('every mark of the list is a filter, and addresses of before go on working', () => {
  for (const nominated of ['yes', 'no', 'other_name', 'other_unit', 'differs'] as const) {
    expect(filterOf(new URLSearchParams({ nominated })).nominated).toBe(nominated);
  }
});

test('those who differ from the list are looked for among those that are filtered', () => {
  expect(differingOf(ANY)?.nominated).toBe('differs');
  expect(differingOf({ ...ANY, nominated: 'other_name' })?.nominated).toBe('other_name');
  expect(differingOf({ ...ANY, nominated: 'yes' })).toBeNull();
  expect(differingOf({ ...ANY, nominated: 'no' })).toBeNull();
});
