import { expect, test } from 'vitest';
import type { QuizAnswer, QuizAsked, QuizPaper } from '../protocol';
import * as p from './paper';

const asked = (answer: QuizAnswer, times = 0): QuizAsked => ({
  kind: 'blank',
  points: 1,
  text: '',
  options: [],
  answer,
  times,
});
const paper = (...questions: QuizAsked[]): QuizPaper => ({
  number: 1,
  begun_at_ms: 0,
  closes_ms: 60_000,
  questions,
});
const words = (text: string): QuizAnswer => ({ answer: 'words', text });

test('an answer waits until the server has it, also when it was changed on its way', () => {
  let taking = p.opened(paper(asked({ answer: 'nothing' }), asked(words('45'), 2)));
  expect(p.waiting(taking)).toBeNull();
  taking = p.sent(p.answered(taking, 1, words('46')), 1);
  taking = p.answered(taking, 1, words('47'));
  taking = p.arrived(taking, 3);
  expect([p.waiting(taking), taking.slots[1]?.times, taking.slots[1]?.answer]).toEqual([1, 3, words('47')]);
  taking = p.arrived(p.sent(taking, 1), 4);
  expect([p.waiting(taking), p.unanswered(taking)]).toEqual([null, [0]]);
});

test('what is lost is sent again, what is refused is taken back', () => {
  const typed = p.sent(p.answered(p.opened(paper(asked(words('45'), 1))), 0, words('46')), 0);
  const lost = p.lost(typed);
  expect([p.waiting(lost), lost.offline, lost.flying]).toEqual([0, true, null]);
  const refused = p.refused(typed);
  expect([p.waiting(refused), refused.slots[0]?.answer]).toEqual([null, words('45')]);
});

test('what another device answered meanwhile is shown, and nothing that waits is lost', () => {
  const taking = p.answered(p.opened(paper(asked(words('1'), 1), asked(words('2'), 1))), 1, words('own'));
  const merged = p.merged(taking, paper(asked(words('theirs'), 2), asked(words('2'), 1)));
  expect(merged.slots.map(({ answer }) => answer)).toEqual([words('theirs'), words('own')]);
  expect(p.waiting(merged)).toBe(1);
});

test('options come and go, and only one of one', () => {
  const two = p.pressed(p.pressed({ answer: 'nothing' }, 2, true), 0, true);
  expect(two).toEqual({ answer: 'chosen', options: [0, 2] });
  expect(p.pressed(two, 2, true)).toEqual({ answer: 'chosen', options: [0] });
  expect(p.pressed(two, 1, false)).toEqual({ answer: 'chosen', options: [1] });
  expect(p.isNothing({ answer: 'chosen', options: [] })).toBe(true);
});

test('a clock never shows less than nothing', () => {
  expect([p.clockOf(725_000), p.clockOf(59_001), p.clockOf(-5)]).toEqual(['12:05', '1:00', '0:00']);
});
