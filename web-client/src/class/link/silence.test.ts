import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Silence } from './silence';

/** A page whose timers stand still while it sleeps; the clock does not. */
function setup() {
  let asleepMs = 0;
  const lost: number[] = [];
  const silence = new Silence({
    onLost: (silentMs) => lost.push(silentMs),
    now: () => Date.now() + asleepMs,
  });
  const run = (ms: number) => vi.advanceTimersByTime(ms);
  const sleep = (ms: number) => {
    asleepMs += ms;
  };
  silence.watch();
  return { silence, lost, run, sleep };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('five seconds without a frame are the end, told once', () => {
  const { silence, lost, run } = setup();
  run(4_000);
  silence.heard();
  run(4_500);
  expect(lost).toEqual([]);
  run(500);
  expect(lost).toEqual([5_000]);
  run(60_000);
  expect(lost.length).toBe(1);
});

test('a socket that ticks is never lost', () => {
  const { silence, lost, run } = setup();
  for (let tick = 0; tick < 1_000; tick += 1) {
    run(2_000);
    silence.heard();
  }
  expect(lost).toEqual([]);
});

test('where the media is silent, too, three seconds are enough', () => {
  const { silence, lost, run } = setup();
  run(2_000);
  silence.mediaIsSilent(true);
  expect(lost).toEqual([]);
  run(1_000);
  expect(lost).toEqual([3_000]);
});

test('media that falls silent later finds the socket silent already', () => {
  const { silence, lost, run } = setup();
  run(4_000);
  silence.mediaIsSilent(true);
  expect(lost).toEqual([4_000]);
});

test('media that is back takes nothing for granted', () => {
  const { silence, lost, run } = setup();
  silence.mediaIsSilent(true);
  silence.mediaIsSilent(false);
  run(4_500);
  expect(lost).toEqual([]);
});

describe('a page that slept', () => {
  test('hears first what came meanwhile', () => {
    const { silence, lost, run, sleep } = setup();
    sleep(3_600_000);
    run(500);
    expect(lost).toEqual([]);
    silence.heard();
    run(4_500);
    expect(lost).toEqual([]);
  });

  test('and hears nothing, loses the socket within three seconds', () => {
    const { lost, run, sleep } = setup();
    sleep(3_600_000);
    run(500);
    run(2_500);
    expect(lost).toEqual([]);
    run(500);
    expect(lost).toEqual([5_000]);
  });

  test('and sleeps nearly always finds a dead socket, too', () => {
    const { lost, run, sleep } = setup();
    // As browsers run hidden pages: once a minute.
    sleep(59_500);
    run(500);
    expect(lost).toEqual([]);
    sleep(59_500);
    run(500);
    expect(lost.length).toBe(1);
  });

  test('with a clock that was set back loses nothing', () => {
    const { silence, lost, run, sleep } = setup();
    sleep(-3_600_000);
    run(4_000);
    silence.heard();
    run(4_000);
    expect(lost).toEqual([]);
  });
});
