import { describe, expect, test } from 'vitest';
import { type Follower, follow, moved, mustWait, PATIENCE_MS, type Playhead, positionOf } from './clock';

const head: Playhead = { positionMs: 10_000, atMs: 500, rate: 1.5, running: true };

describe('the playhead', () => {
  test('moves with its rate', () => expect(positionOf(head, 2_500)).toBe(13_000));
  test('stands when it stands', () => {
    expect(positionOf({ ...head, running: false }, 2_500)).toBe(10_000);
  });
  test('keeps its place when the rate changes', () => {
    const slower = moved(head, 2_500, { rate: 0.75 });
    expect([positionOf(slower, 2_500), positionOf(slower, 4_500)]).toEqual([13_000, 14_500]);
  });
  test('goes where it is told', () => {
    expect(positionOf(moved(head, 2_500, { positionMs: 60_000 }), 3_500)).toBe(61_500);
  });
});

function element(atMs: number, change: Partial<Follower> = {}): Follower {
  return {
    atMs,
    paused: false,
    seeking: false,
    ready: true,
    hopToMs: null,
    stuckMs: 0,
    asked: false,
    rate: 1,
    restMs: 60_000,
    ...change,
  };
}

/** The swing of one tick at the quickest nudge. */
const TICK_SWING_MS = 12;

describe('an element that follows', () => {
  const CLOCK = 10_000;
  test.each<[string, Follower, { play: boolean; seekToMs: number | null; rate: number }]>([
    ['sent a second back', element(11_000, { asked: true }), { play: false, seekToMs: CLOCK, rate: 1 }],
    ['in step', element(10_020), { play: true, seekToMs: null, rate: 1 }],
    ['a little ahead', element(10_035), { play: true, seekToMs: null, rate: 0.98 }],
    ['a little behind', element(9_965), { play: true, seekToMs: null, rate: 1.02 }],
    ['still being nudged', element(10_010, { rate: 0.98 }), { play: true, seekToMs: null, rate: 0.98 }],
    ['nudged enough', element(10_004, { rate: 0.98 }), { play: true, seekToMs: null, rate: 1 }],
    ['more behind', element(9_900), { play: true, seekToMs: null, rate: 1.06 }],
    ['much behind', element(9_700), { play: true, seekToMs: null, rate: 1.12 }],
    ['far behind', element(9_000), { play: false, seekToMs: CLOCK, rate: 1 }],
    ['ahead: it waits', element(11_000), { play: false, seekToMs: null, rate: 1 }],
    ['far ahead', element(15_000), { play: false, seekToMs: CLOCK, rate: 1 }],
    ['on its way', element(10_200, { seeking: true }), { play: false, seekToMs: null, rate: 1 }],
    [
      'on its way to a hole, but perhaps it is loading',
      element(10_100, { seeking: true, hopToMs: 10_900, stuckMs: 500 }),
      { play: false, seekToMs: null, rate: 1 },
    ],
    [
      'on its way into a hole',
      element(10_100, { seeking: true, hopToMs: 10_900, stuckMs: 700 }),
      { play: false, seekToMs: 10_900, rate: 1 },
    ],
    ['on a wrong way', element(3_000, { seeking: true }), { play: false, seekToMs: CLOCK, rate: 1 }],
    ['over to the next', element(17_000, { restMs: 90 }), { play: false, seekToMs: null, rate: 1 }],
    ['near the end', element(10_010, { restMs: 90 }), { play: true, seekToMs: null, rate: 1 }],
    ['before a hole', element(10_000, { hopToMs: 10_300 }), { play: false, seekToMs: 10_300, rate: 1 }],
  ])('%s', (_name, one, order) => {
    expect(follow(CLOCK, true, 1, one)).toEqual(order);
  });

  test('nudges are parts of the chosen speed', () => {
    expect(follow(CLOCK, true, 2, element(10_060)).rate).toBeCloseTo(1.88);
  });

  test('while the clock stands it is put in place and stays', () => {
    expect(follow(CLOCK, false, 1, element(9_900))).toEqual({ play: false, seekToMs: CLOCK, rate: 1 });
    expect(follow(CLOCK, false, 1, element(10_300))).toEqual({ play: false, seekToMs: null, rate: 1 });
    const back = element(12_000, { asked: true });
    expect(follow(CLOCK, false, 1, back)).toEqual({ play: false, seekToMs: CLOCK, rate: 1 });
  });

  test.each([
    [-300, 20],
    [-80, 5],
    [300, 20],
  ])('a drift of %i ms shrinks under %i ms and hardly swings over', (driftMs, endMs) => {
    let at = CLOCK + driftMs;
    let clock = CLOCK;
    let speed = 1;
    for (let tick = 0; tick < 50; tick += 1) {
      const { rate, seekToMs } = follow(clock, true, 1, element(at, { rate: speed }));
      expect(seekToMs).toBeNull();
      clock += 100;
      at += 100 * rate;
      speed = rate;
      expect((at - clock) * Math.sign(driftMs)).toBeGreaterThan(-TICK_SWING_MS);
    }
    expect(Math.abs(at - clock)).toBeLessThanOrEqual(endMs);
  });
});

describe('waiting', () => {
  const sound = { ready: true, needed: true };
  const late = { ready: false, needed: true };
  const asleep = { ready: false, needed: false };
  test.each([
    ['all ready', [sound, sound], 0, false],
    ['nothing to wait for', [], 0, false],
    ['one is late', [sound, late], 0, true],
    ['one stays late', [sound, late], PATIENCE_MS, false],
    ['nothing at all comes', [late, late], PATIENCE_MS * 9, true],
    ['pictures of a hidden page', [sound, asleep], 0, false],
  ])('%s', (_name, elements, waitedMs, waits) => {
    expect(mustWait(elements, waitedMs)).toBe(waits);
  });
});
