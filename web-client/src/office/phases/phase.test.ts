import { expect, test } from 'vitest';
import { phase } from '../../enrol/fixtures';
import { draftOf, perSchoolOf, phaseOf } from './phase';

const PHASE = phase({
  categories: ['校长', '骨干教师'],
  per_school: { seats: 3, categories: [{ category: '校长', seats: 1 }] },
});

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
