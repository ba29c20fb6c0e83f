import { expect, test } from 'vitest';
import { mbit, measure, verdictOf } from './network-check';

test.each([
  [null, 'lost'],
  [{ rttMs: 30, downBps: 20e6, upBps: null }, 'good'],
  [{ rttMs: 249, downBps: 2e6, upBps: null }, 'good'],
  [{ rttMs: 250, downBps: 20e6, upBps: 1 }, 'fair'],
  [{ rttMs: 30, downBps: 1_999_999, upBps: null }, 'fair'],
  [{ rttMs: 800, downBps: 20e6, upBps: null }, 'weak'],
  [{ rttMs: 30, downBps: 399_999, upBps: null }, 'weak'],
] as const)('%j is %s', (figures, verdict) => {
  expect(verdictOf(figures)).toBe(verdict);
});

test('figures as people read them', () => {
  expect([0.854e6, 12.34e6, 123.4e6].map(mbit)).toEqual(['0.85', '12.3', '123']);
});

test('the middle round trip and the bits of all downloads and uploads', async () => {
  let now = 0;
  let pings = 0;
  const ask = async (path: string) => {
    if (path === '/healthz') {
      now += [500, 20, 30, 900, 40, 35][pings] ?? 0; // The first one is not counted.
      pings += 1;
    } else now += 500 / 6; // Six side by side.
    return { ok: true, arrayBuffer: async () => new ArrayBuffer(20_000) };
  };
  const send = async (bytes: number) => {
    now += (bytes * 8) / 900; // Three side by side: 2.7 Mbit/s.
  };
  const found = await measure('/file', send, ask, () => now);
  expect([found?.rttMs, Math.round(found?.downBps ?? 0)]).toEqual([35, 1_920_000]);
  expect(Math.round(found?.upBps ?? 0)).toBe(900_000);
  pings = 0;
  const refused = async () => {
    throw new TypeError('too fast');
  };
  expect((await measure('/file', refused, ask, () => now))?.upBps).toBeNull();
});

test('a server that cannot be reached, or is not well', async () => {
  const away = async () => {
    throw new TypeError('failed');
  };
  const unwell = async () => ({ ok: false, arrayBuffer: async () => new ArrayBuffer(0) });
  expect([await measure('/f', null, away), await measure('/f', null, unwell)]).toEqual([null, null]);
});
