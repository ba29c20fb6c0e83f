import { expect, test } from 'vitest';
import { begin, EVERY_MS, end, notWatching, tick } from './heartbeat';

test('watching begins with an empty heartbeat, so that the server knows since when', () => {
  expect(begin(5_000.4, 100)).toEqual({
    watching: { fromMs: 5_000.4, toldAtMs: 100 },
    beat: { from_ms: 5_000, to_ms: 5_000 },
  });
});

test('every 15 s the stretch since the last one is told', () => {
  let { watching } = begin(0, 0);
  const beats: [number, number][] = [];
  for (let now = 0; now <= 46_000; now += 250) {
    const step = tick(watching, now * 1.5, now);
    watching = step.watching;
    if (step.beat) beats.push([step.beat.from_ms, step.beat.to_ms]);
  }
  expect(beats).toEqual([
    [0, 22_500],
    [22_500, 45_000],
    [45_000, 67_500],
  ]);
});

test('a pause tells the rest at once, and only once', () => {
  const { watching } = begin(10_000, 0);
  const paused = end(watching, 17_300);
  expect(paused.beat).toEqual({ from_ms: 10_000, to_ms: 17_300 });
  expect(end(paused.watching, 17_300).beat).toBeNull();
});

test('looking for a place is not watching', () => {
  expect(end(begin(10_000, 0).watching, 10_900).beat).toBeNull();
});

test('nothing is told while nothing is watched', () => {
  expect(tick(notWatching, 5_000, EVERY_MS * 2)).toEqual({ watching: notWatching, beat: null });
});
