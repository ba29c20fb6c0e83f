import { expect, test } from 'vitest';
import type { Phase } from '../protocol';
import { draftOf, perSchoolOf, phaseOf } from './phase';

const PHASE = {
  title: '示范',
  hours_ch: 1000,
  plan_seats: 3000,
  registration: { first: '2020-11-06', last: '2020-11-09' },
  study: { first: '2020-11-17', last: '2020-11-27' },
  tracks: [],
  categories: ['校长', '骨干教师'],
  choose_class: false,
  per_school: { seats: 3, categories: [{ category: '校长', seats: 1 }] },
} as unknown as Phase;

test('a phase comes back as it was', () => {
  const sent = phaseOf(draftOf(PHASE, 1));
  expect(sent).toMatchObject({ number: 1, hours_ch: 1000, per_school: PHASE.per_school });
  expect(phaseOf(draftOf({ ...PHASE, per_school: null }, 1))?.per_school).toBeNull();
});

test('a school is bounded by figures, of categories that the phase has', () => {
  const draft = draftOf(PHASE, 1);
  expect(perSchoolOf({ ...draft, categories: '骨干教师' })).toEqual({ seats: 3, categories: [] });
  expect(perSchoolOf({ ...draft, perCategory: { 校长: ' ', 骨干教师: '２' } })).toEqual({
    seats: 3,
    categories: [{ category: '骨干教师', seats: 2 }],
  });
  expect(perSchoolOf({ ...draft, perSchool: 'x' })).toBe('wrong');
  expect(perSchoolOf({ ...draft, perCategory: { 校长: '-1' } })).toBe('wrong');
  expect(phaseOf({ ...draft, perSchool: 'x' })).toBeNull();
});
