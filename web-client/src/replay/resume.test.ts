import { expect, test } from 'vitest';
import { resumeAt } from './resume';

const kept = (value: string | null) => ({ getItem: () => value });
const progress = (position_ms: number) => ({
  covered: [],
  covered_ms: 0,
  position_ms,
  check: null,
  completed: null,
});

test.each([
  ['the server knows', progress(30_000), '5000', 30_000],
  ['only this device knows', null, '5000', 5_000],
  ['a first heartbeat is still to come', progress(0), '5000', 5_000],
  ['nobody knows', null, null, 0],
  ['it was watched to the end', progress(595_000), null, 0],
  ['somebody else wrote there', null, 'NaN', 0],
])('%s', (_name, own, stored, at) => {
  expect(resumeAt('r', own, 600_000, kept(stored))).toBe(at);
});
