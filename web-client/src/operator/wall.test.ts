import { expect, test } from 'vitest';
import type { RoomLoad } from '../protocol';
import { level, trendLine, worstFirst } from './wall';

function load(lesson: string, change: Partial<RoomLoad>): RoomLoad {
  return {
    lesson,
    title: lesson,
    class: 'live',
    trainees_here: 90,
    trainees_max: 100,
    staff_here: 1,
    on_stage: 0,
    hands: 0,
    legs: 91,
    in_bps: 0,
    out_bps: 0,
    loss_permille_p90: 0,
    rtt_ms_p90: 30,
    weak_networks: 0,
    not_counting: null,
    worth: { planned_s: 5_400, taught_s: 0, worth_ch: 0, credit_ch: 200 },
    recording: 'on',
    recorded_bytes: 0,
    unrecorded_packets: 0,
    trend: [],
    ...change,
  };
}

test('rooms in trouble come first, then the fuller ones', () => {
  const rooms = [
    load('calm', { trainees_here: 50 }),
    load('not recorded', { recording: 'failing', trainees_here: 10 }),
    load('full', { trainees_here: 99 }),
    load('lossy', { loss_permille_p90: 80 }),
    load('weak', { weak_networks: 85 }),
    load('not started', { class: 'open', loss_permille_p90: 20 }),
  ];
  expect(worstFirst(rooms).map((room) => room.lesson)).toEqual([
    'not recorded',
    'weak',
    'lossy',
    'not started',
    'full',
    'calm',
  ]);
});

test('a trend line fits its box and needs no points', () => {
  expect(trendLine([], 100, 40, 1)).toBe('');
  expect(trendLine([0, 50, 100], 100, 40, 1)).toBe('0.0,40.0 50.0,20.0 100.0,0.0');
  expect(trendLine([5], 100, 40, 10)).toBe('0.0,20.0');
});

test('levels have their limits inside', () => {
  expect([2, 3, 9, 10].map((value) => level(value, 3, 10))).toEqual(['good', 'fair', 'fair', 'bad']);
});
