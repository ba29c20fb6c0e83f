import { describe, expect, test } from 'vitest';
import { replay, s, track } from './fixtures';
import { afterMissing, clip, missingOf, subtract, union, windowOf } from './stretches';

test('a union is sorted, merged where it touches, and free of nothing', () => {
  expect(union([s(5, 7), s(0, 2), s(2, 3), s(6, 9), s(4, 4)])).toEqual([s(0, 3), s(5, 9)]);
});

test.each([
  ['the middle', [s(0, 10)], [s(3, 4)], [s(0, 3), s(4, 10)]],
  ['both ends', [s(0, 10)], [s(0, 2), s(9, 12)], [s(2, 9)]],
  ['all', [s(0, 10)], [s(0, 10)], []],
  ['nothing', [s(0, 10)], [s(20, 30)], [s(0, 10)]],
])('subtracting %s', (_name, from, taken, left) => {
  expect(subtract(from, taken)).toEqual(left);
});

test('clipping keeps what lies inside', () => {
  expect(clip([s(0, 5), s(8, 9), s(20, 30)], s(3, 25))).toEqual([s(3, 5), s(8, 9), s(20, 25)]);
});

describe('what is missing', () => {
  const teacher = (...stretches: ReturnType<typeof s>[]) => [track(1, { stretches })];

  test('a break, off the record and a crash, each by its name', () => {
    const missing = missingOf(
      replay({
        tracks: teacher(s(0, 10), s(20, 30), s(40, 50), s(55, 60)),
        breaks: [s(10, 20)],
        off_record: [s(30, 40)],
        gaps: [{ track: 1, ...s(50, 55), why: 'restart' }],
      }),
    );
    expect(missing.map((one) => [one.from_ms / 1000, one.to_ms / 1000, one.why, one.reason])).toEqual([
      [10, 20, 'break', null],
      [30, 40, 'off_record', null],
      [50, 55, 'gap', 'restart'],
    ]);
  });

  test('a break that was also off the record is told once', () => {
    const missing = missingOf(
      replay({ tracks: teacher(s(0, 10), s(30, 60)), breaks: [s(10, 30)], off_record: [s(20, 30)] }),
    );
    expect(missing.map((one) => [one.from_ms / 1000, one.to_ms / 1000, one.why])).toEqual([
      [10, 20, 'break'],
      [20, 30, 'off_record'],
    ]);
  });

  test('a track that pauses while another goes on is no hole, and a second of silence neither', () => {
    const tracks = [track(1, { stretches: [s(0, 30)] }), track(2, { stretches: [s(0, 5), s(31, 60)] })];
    expect(missingOf(replay({ tracks }))).toEqual([]);
  });

  test('the newest seconds of a running class are on their way', () => {
    expect(missingOf(replay({ live: true, tracks: teacher(s(0, 52)) }))).toEqual([]);
    expect(missingOf(replay({ tracks: teacher(s(0, 52)) }))).toHaveLength(1);
  });
});

test('skipping passes over everything that touches', () => {
  const missing = [
    { ...s(10, 20), why: 'break' as const, reason: null },
    { ...s(20, 25), why: 'gap' as const, reason: null },
  ];
  expect([5_000, 12_000, 25_000].map((ms) => afterMissing(missing, ms))).toEqual([5_000, 25_000, 25_000]);
});

test('the trim of a course holds for those who only watch', () => {
  const course = {
    title: '课',
    description: '',
    speaker: '',
    tags: [],
    listed: false,
    shown: s(5, 90),
    audience: 'class' as const,
  };
  expect(windowOf(replay({ course }))).toEqual(s(5, 60));
  expect(windowOf(replay({ course, may_edit: true }))).toEqual(s(0, 60));
  expect(windowOf(replay())).toEqual(s(0, 60));
});
