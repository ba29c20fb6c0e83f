import { expect, test } from 'vitest';
import type { Course } from '../protocol';
import { courseProblem, draftOf } from './course';
import { replay, s } from './fixtures';

const good: Course = { title: '第一讲', description: '', shown: s(0, 60), audience: 'class' };

test('a draft begins with the whole class under its own name', () => {
  expect(draftOf(replay())).toEqual(good);
  expect(draftOf(replay({ course: { ...good, shown: s(5, 9) } })).shown).toEqual(s(5, 9));
});

test.each([
  ['good', {}, null],
  ['no title', { title: '  ' }, 'titleNeeded'],
  ['long title', { title: '字'.repeat(101) }, 'titleNeeded'],
  ['emoji count as people see them', { title: '😀'.repeat(100) }, null],
  ['long description', { description: '字'.repeat(2001) }, 'descriptionLong'],
  ['end before start', { shown: s(9, 5) }, 'tooShort'],
])('%s', (_name, change, problem) => {
  expect(courseProblem({ ...good, ...change })).toBe(problem);
});
