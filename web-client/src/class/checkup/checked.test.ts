import { expect, test } from 'vitest';
import type { CheckedLesson, CheckedPerson, NetworkVerdict } from '../../protocol';
import { blamesServer, grouped, percent } from './checked';

function person(name: string, ...verdicts: NetworkVerdict[]): CheckedPerson {
  const checks = verdicts.map((verdict) => ({ verdict }) as CheckedPerson['checks'][number]);
  return { person: name, name, checks };
}

test('what is wrong comes first, by the last check of each', () => {
  const lines = [
    person('a', 'good'),
    person('b', 'no_udp', 'good'),
    person('c'),
    person('d', 'slow', 'no_udp'),
    person('e', 'good', 'no_udp'),
  ];
  const names = grouped(lines).map(({ group, people }) => [group, people.map(({ name }) => name).join('')]);
  expect(names).toEqual([
    ['no_udp', 'b'],
    ['slow', 'd'],
    ['unchecked', 'c'],
    ['good', 'ae'],
  ]);
  expect(grouped([])).toEqual([]);
});

test.each([
  [0, 0, false],
  [3, 3, false],
  [4, 2, false],
  [4, 3, true],
  [100, 51, true],
])('%i checked, %i without UDP: the server is suspected %s', (checked, no_udp, expected) => {
  expect(blamesServer({ checked, no_udp } as CheckedLesson)).toBe(expected);
});

test('thousandths as people read them', () => {
  expect([0, 15, 1000].map(percent)).toEqual(['0.0', '1.5', '100.0']);
});
