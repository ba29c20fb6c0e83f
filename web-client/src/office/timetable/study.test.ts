import { expect, test } from 'vitest';
import type { StudySource } from '../../protocol';
import { readyStudy, type StudyDraft, withSource } from './study';

const source = (lesson: string, worth_ch: number): StudySource => ({
  lesson,
  title: `讲 ${lesson}`,
  class_name: null,
  length_ms: 2_700_000,
  worth_ch,
  published_at_ms: 0,
});

const draft: StudyDraft = {
  title: '政策解读',
  from: '2020-11-17',
  until: '2020-11-27',
  credit: '1',
  source: 'a',
};

test('days are those of Beijing, the last one included', () => {
  expect(readyStudy(draft)).toEqual({
    title: '政策解读',
    planned_start_ms: Date.parse('2020-11-16T16:00:00Z'),
    until_ms: Date.parse('2020-11-27T16:00:00Z'),
    credit_ch: 100,
  });
  expect(readyStudy({ ...draft, until: '2020-11-17' })).toMatchObject({ credit_ch: 100 });
});

test('what is missing is named', () => {
  expect(readyStudy({ ...draft, title: ' ' })).toBe('title');
  expect(readyStudy({ ...draft, until: '2020-11-16' })).toBe('days');
  expect(readyStudy({ ...draft, from: '' })).toBe('days');
  expect(readyStudy({ ...draft, credit: '0' })).toBe('credit');
  expect(readyStudy({ ...draft, credit: '一' })).toBe('credit');
});

test('a source brings its name and its worth, and keeps a name that was written', () => {
  const [a, b] = [source('a', 100), source('b', 150)];
  const empty = { ...draft, title: '', source: '' };
  const first = withSource(empty, a);
  expect(first).toMatchObject({ title: '讲 a', credit: '1', source: 'a' });
  expect(withSource(first, b, a)).toMatchObject({ title: '讲 b', credit: '1.5' });
  expect(withSource({ ...first, title: '自己写的' }, b, a).title).toBe('自己写的');
});
