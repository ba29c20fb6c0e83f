import { expect, test } from 'vitest';
import { mbit, measure, verdictOf } from './network-check';

test.each([
  [null, 'lost'],
  [{ rttMs: 30, downBps: 20e6 }, 'good'],
  [{ rttMs: 249, downBps: 2e6 }, 'good'],
  [{ rttMs: 250, downBps: 20e6 }, 'fair'],
  [{ rttMs: 30, downBps: 1_999_999 }, 'fair'],
  [{ rttMs: 800, downBps: 20e6 }, 'weak'],
  [{ rttMs: 30, downBps: 399_999 }, 'weak'],
] as const)('%j is %s', (figures, verdict) => {
  expect(verdictOf(figures)).toBe(verdict);
});

test('figures as people read them', () => {
  expect([0.854e6, 12.34e6, 123.4e6].map(mbit)).toEqual(['0.85', '12.3', '123']);
});

test('the middle round trip and the bits of all downloads', async () => {
  let now = 0;
  let pings = 0;
  const ask = async (path: string) => {
    if (path === '/healthz') {
      now += [500, 20, 30, 900, 40, 35][pings] ?? 0; // The first one is not counted.
      pings += 1;
    } else now += 500 / 6; // Six side by side.
    return { ok: true, arrayBuffer: async () => new ArrayBuffer(20_000) };
  };
  const found = await measure('/file', ask, () => now);
  expect([found?.rttMs, Math.round(found?.downBps ?? 0)]).toEqual([35, 1_920_000]);
});

test('a server that cannot be reached, or is not well', async () => {
  const away = async () => {
    throw new TypeError('failed');
  };
  const unwell = async () => ({ ok: false, arrayBuffer: async () => new ArrayBuffer(0) });
  expect([await measure('/f', away), await measure('/f', unwell)]).toEqual([null, null]);
});
