import { expect, test } from 'vitest';
import type { SurveyQuestion } from '../protocol';
import { faultOf, meanOf, NOTHING, pressed, shareOf } from './answers';

const text: SurveyQuestion = { text: '?', ask: { ask: 'text' }, needed: true };

test('what needs an answer says so, and what is too long says by how much', () => {
  expect(faultOf(text, NOTHING)).toEqual({ fault: 'missing' });
  expect(faultOf(text, { answer: 'words', text: ' \n' })).toEqual({ fault: 'missing' });
  expect(faultOf({ ...text, needed: false }, NOTHING)).toBeNull();
  expect(faultOf(text, { answer: 'words', text: '𠮷'.repeat(2_000) })).toBeNull();
  expect(faultOf(text, { answer: 'words', text: '长'.repeat(2_003) })).toEqual({ fault: 'too_long', by: 3 });
  expect(faultOf(text, { answer: 'chosen', options: [] })).toEqual({ fault: 'missing' });
});

test('options come and go in rising order; of a single choice one stays', () => {
  const two = pressed(pressed(NOTHING, 2, true), 0, true);
  expect(two).toEqual({ answer: 'chosen', options: [0, 2] });
  expect(pressed(two, 2, true)).toEqual({ answer: 'chosen', options: [0] });
  expect(pressed(two, 1, false)).toEqual({ answer: 'chosen', options: [1] });
});

test('shares and means', () => {
  expect([shareOf(1, 3), shareOf(0, 0)]).toEqual([33, 0]);
  expect([meanOf([0, 0, 0, 1, 2]), meanOf([0, 0, 0])]).toEqual(['4.67', null]);
});
