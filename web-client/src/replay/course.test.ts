import { expect, test } from 'vitest';
import type { Course } from '../protocol';
import { courseProblem, draftOf, tagsOf } from './course';
import { replay, s } from './fixtures';

const good: Course = {
  title: '第一讲',
  description: '',
  speaker: '王老师',
  tags: [],
  listed: false,
  shown: s(0, 60),
  audience: 'class',
};

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
  ['long speaker', { speaker: '字'.repeat(61) }, 'speakerLong'],
  ['eight tags', { tags: [...'一二三四五六七八'] }, null],
  ['nine tags', { tags: [...'一二三四五六七八九'] }, 'tagsWrong'],
  ['long tag', { tags: ['字'.repeat(21)] }, 'tagsWrong'],
  ['end before start', { shown: s(9, 5) }, 'tooShort'],
])('%s', (_name, change, problem) => {
  expect(courseProblem({ ...good, ...change })).toBe(problem);
});

test('tags are divided as people divide them', () => {
  expect(tagsOf(' 课程标准，信息技术、AI  #课堂, AI')).toEqual(['课程标准', '信息技术', 'AI', '课堂']);
  expect(tagsOf('  ')).toEqual([]);
});
