import { describe, expect, test } from 'vitest';
import type { OpenCheck } from '../../protocol';
import { type Answer, afterRefusal, phaseOf, secondsLeft, shareLeft } from './check';

const open = (check: string): OpenCheck => ({ check, kind: 'block', deadline_ms: 90_000 });
const given = (is: Answer['is'], check = 'k1'): Answer => ({ check, is });

describe('the time left', () => {
  test.each([
    // deadline, this device's clock, the lead of the server's clock
    [100_000, 10_000, 0, 90],
    [100_000, 10_001, 0, 90],
    [100_000, 99_001, 0, 1],
    [100_000, 100_000, 0, 0],
    [100_000, 200_000, 0, 0],
    [100_000, 10_000, 60_000, 30],
    [100_000, 160_000, -60_000, 0],
    [100_000, 130_000, -60_000, 30],
  ])('until %i at %i with the server %i ahead: %i s', (deadline, now, offset, seconds) => {
    expect(secondsLeft(deadline, now, offset)).toBe(seconds);
  });

  test('as a share it stays between nothing and all', () => {
    expect([90, 45, 0, 200, -1].map((left) => shareLeft(left, 90))).toEqual([1, 0.5, 0, 1, 0]);
    expect(shareLeft(5, 0)).toBe(0);
  });
});

describe('what the sheet shows', () => {
  test.each([
    ['nothing is open', null, null, 'none'],
    ['a check is open', open('k1'), null, 'asked'],
    ['the answer waits for a connection', open('k1'), given('unsent'), 'unsent'],
    ['the answer is on its way', open('k1'), given('sending'), 'sending'],
    ['the server closed the check before it acknowledged', null, given('sending'), 'sending'],
    ['the server has it', null, given('done'), 'done'],
    ['the server has it and still has the check open', open('k1'), given('done'), 'done'],
    ['it was told', open('k1'), given('settled'), 'none'],
    ['the next one is asked while the last is still thanked for', open('k2'), given('done'), 'asked'],
  ] as const)('%s', (_, check, answer, phase) => {
    expect(phaseOf(check, answer)).toBe(phase);
  });
});

test('a lost answer is sent again, a final refusal ends it, another one lets the person try again', () => {
  const answer = given('sending');
  expect(afterRefusal(answer, 'lost')).toEqual(given('unsent'));
  for (const reason of ['too_late', 'wrong_state', 'not_found']) {
    expect(afterRefusal(answer, reason)).toEqual(given('settled'));
  }
  expect(afterRefusal(answer, 'unavailable')).toBeNull();
  expect(afterRefusal(answer, 'waits')).toEqual(given('done'));
});
