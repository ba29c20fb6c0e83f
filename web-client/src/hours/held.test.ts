import { expect, test } from 'vitest';
import type { Held, Stretch } from '../protocol';
import { choices, proposed } from './held';

const MINUTE = 60_000;
const minutes = (from: number, to: number): Stretch => ({ from_ms: from * MINUTE, to_ms: to * MINUTE });

function held(media: Stretch[]): Held {
  return {
    media,
    planned_start_ms: 60 * MINUTE,
    planned_end_ms: 72 * MINUTE,
    until_ms: 1,
    waiting: null,
    declared: [],
    may_declare: true,
    may_confirm: false,
  };
}

const told = (media: Stretch[]) =>
  choices(held(media)).map(({ atMs, planned }) => `${atMs / MINUTE}${planned ? ' planned' : ''}`);

test('only instants at which the instructor was seen or heard may be chosen', () => {
  expect(told([minutes(58, 61), minutes(68, 73)])).toEqual([
    '58',
    '60 planned',
    '61',
    '68',
    '70',
    '72 planned',
    '73',
  ]);
  expect(told([minutes(1, 3)])).toEqual(['1', '3']);
  expect(told([])).toEqual([]);
});

test('the planned time is proposed as far as it was taught', () => {
  expect(proposed(held([minutes(50, 80)]))).toEqual(minutes(60, 72));
  expect(proposed(held([minutes(64, 71)]))).toEqual(minutes(64, 71));
  expect(proposed(held([minutes(80, 90)])), 'all of it was later').toEqual(minutes(80, 90));
  expect(proposed(held([]))).toBeNull();
});
