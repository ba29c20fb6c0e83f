import { expect, test } from 'vitest';
import { EMPTY } from '../enrol/form';
import { changedFields } from './registrations/correction';
import { linesOf, seatsFrom } from './typed';

test.each([
  ['320', 320],
  [' ３２０ ', 320],
  ['0', 0],
  ['', null],
  ['-1', null],
  ['1.5', null],
  ['1234567', null],
])('%s seats are %s', (text, seats) => {
  expect(seatsFrom(text)).toBe(seats);
});

test('lines are trimmed, and there once', () => {
  expect(linesOf(' 网络安全运维\n\n5G移动网络运维 \n网络安全运维')).toEqual([
    '网络安全运维',
    '5G移动网络运维',
  ]);
});

test('a correction sends what was changed and nothing else', () => {
  const first = { ...EMPTY, name: '王丽', school_kind: 'higher', sex: 'female' };
  const now = { ...first, name: '王莉', sex: '', mobile: '13812345678', note: '' };
  expect(changedFields(first, now)).toEqual({ name: '王莉', mobile: '13812345678' });
});
