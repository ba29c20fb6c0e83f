import { expect, test } from 'vitest';
import { replay, s, track } from './fixtures';
import { openingAt, picturesAt, voicesAt, wantedAt } from './tracks';

const tracks = [
  track(1, { stretches: [s(0, 60)] }),
  track(2, { kind: 'camera', stretches: [s(0, 60)] }),
  track(3, { kind: 'screen', stretches: [s(20, 40)] }),
  track(4, { kind: 'camera', role: 'trainee', name: '李丽', stretches: [s(30, 50)] }),
  track(5, { role: 'trainee', name: '李丽', stretches: [s(30, 50)] }),
];
const numbers = (list: { track: number }[]) => list.map((one) => one.track);

test('tracks are opened before they begin and closed when they are over', () => {
  expect(numbers(wantedAt(tracks, 5_000, 1, false))).toEqual([1, 2]);
  expect(numbers(wantedAt(tracks, 10_000, 1, false))).toEqual([1, 2, 3]);
  expect(numbers(wantedAt(tracks, 10_000, 2, false))).toEqual([1, 2, 3, 4, 5]);
  expect(numbers(wantedAt(tracks, 52_000, 1, false))).toEqual([1, 2]);
});

test('sound only opens no picture', () => {
  expect(numbers(wantedAt(tracks, 35_000, 1, true))).toEqual([1, 5]);
});

test('the shared screen goes before the camera, the stage comes last', () => {
  expect(numbers(picturesAt(tracks, 5_000))).toEqual([2]);
  expect(numbers(picturesAt(tracks, 35_000))).toEqual([3, 2, 4]);
  expect(numbers(picturesAt(tracks, 45_000))).toEqual([2, 4]);
});

test('after a reconnection the newer camera of the same moment is first', () => {
  const again = [tracks[1] as never, track(9, { kind: 'camera' })];
  expect(numbers(picturesAt(again, 5_000))).toEqual([9, 2]);
});

test('a voice is one person, however many tracks there are', () => {
  const twice = replay({ tracks: [...tracks, track(6, { stretches: [s(60, 70)] })] });
  expect(voicesAt(twice, 65_000)).toEqual([
    { name: '王老师', role: 'instructor', present: true },
    { name: '李丽', role: 'trainee', present: false },
  ]);
});

test('watching begins with a picture, unless much is said before there is one', () => {
  const opening = (sound: number | null, picture: number | null, from = 0) => {
    const all = [
      ...(sound === null ? [] : [track(1, { stretches: [s(sound, 60)] })]),
      ...(picture === null ? [] : [track(2, { kind: 'camera', stretches: [s(picture, 60)] })]),
    ];
    return openingAt(all, s(from, 60)) / 1000;
  };
  expect(opening(0, 2)).toBe(2);
  expect(opening(0, 0)).toBe(0);
  expect(opening(0, 30)).toBe(0);
  expect(opening(5, 30)).toBe(5);
  expect(opening(5, 8)).toBe(8);
  expect(opening(0, null)).toBe(0);
  expect(opening(null, null)).toBe(0);
  expect(opening(0, 2, 20)).toBe(20);
});
