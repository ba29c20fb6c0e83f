// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WatchAnswer } from '../protocol';
import type { Player } from './player';
import { Watcher } from './watcher';

const progress = { covered: [], covered_ms: 0, position_ms: 0, check: null, completed: null };

/** A player at the position where the test puts it. */
class FakePlayer {
  playing = false;
  at = 0;
  #listener = () => {};
  view = () => ({ playing: this.playing, waiting: false, atEnd: false });
  position = () => this.at;
  subscribe = (listener: () => void) => {
    this.#listener = listener;
    return () => {};
  };
  /** Plays on for so long, with a look four times a second. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      await vi.advanceTimersByTimeAsync(250);
      if (this.playing) this.at += 250;
      this.#listener();
    }
  }
  async change(change: { playing?: boolean; at?: number }): Promise<void> {
    Object.assign(this, change);
    this.#listener();
    await vi.advanceTimersByTimeAsync(0);
  }
}

let player: FakePlayer;
let told: string[];
let answer: () => Promise<WatchAnswer>;
let watcher: Watcher;

beforeEach(() => {
  vi.useFakeTimers();
  player = new FakePlayer();
  told = [];
  answer = async () => ({ progress, cut: false });
  watcher = new Watcher(player as unknown as Player, progress, (beat, answered, leaving) => {
    told.push(
      `${beat.from_ms}-${beat.to_ms}${answered === null ? '' : ` here ${answered}`}${leaving ? ' leaving' : ''}`,
    );
    return answer();
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test('watching is told when it begins, every 15 s, and when it pauses', async () => {
  await player.run(3_000);
  await player.change({ playing: true });
  await player.run(35_000);
  await player.change({ playing: false });
  await player.run(60_000);
  expect(told).toEqual(['0-0', '0-15000', '15000-30000', '30000-35000']);
});

test('a jump ends one stretch and begins another', async () => {
  await player.change({ playing: true });
  await player.run(5_000);
  await player.change({ at: 60_000 });
  await player.run(4_000);
  await player.change({ playing: false });
  expect(told).toEqual(['0-0', '0-5000', '60000-60000', '60000-64000']);
});

test('heartbeats wait for each other, those of a page that closes do not', async () => {
  let release = () => {};
  answer = () => new Promise((resolve) => (release = () => resolve({ progress, cut: true })));
  await player.change({ playing: true });
  await player.run(20_000);
  expect(told).toEqual(['0-0']);
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['0-0', '0-15000']);
  expect(watcher.view().cut).toBe(true);
  watcher.close();
  expect(told.at(-1)).toBe('15000-20000 leaving');
});

test('an answer to the check is sent at once, and a lost heartbeat is said', async () => {
  answer = async () => ({ progress: { ...progress, check: 'nonce' }, cut: false });
  await player.change({ playing: true });
  await player.change({ playing: false });
  answer = async () => {
    throw new Error('offline');
  };
  watcher.confirm();
  await vi.advanceTimersByTimeAsync(0);
  expect([told, watcher.view().unheard]).toEqual([['0-0', '0-0 here nonce'], true]);
});
