import { expect, test, vi } from 'vitest';
import { ApiProblem } from '../../api';
import type { NetworkCheck } from '../../protocol';
import { measuredOf, runCheck, type Steps } from './run-check';

const http = { rttMs: 20, downBps: 9_000_400, upBps: 2_000_000 };
const kept = { verdict: 'good' } as NetworkCheck;

/** The steps of a check; `refusals` are the answers to the first attempts. */
function steps(refusals: string[], change: Partial<Steps> = {}) {
  const codes = [...refusals];
  const waited: number[] = [];
  const all: Steps = {
    http: async () => http,
    udp: async () => {
      const code = codes.shift();
      if (code) throw new ApiProblem(code, code);
      return { check: 'c1', rttMs: 12.4 };
    },
    keep: vi.fn(async () => kept),
    wait: async (ms) => void waited.push(ms),
    ...change,
  };
  return { all, waited };
}

test('what was measured is told to the server, whose word counts', async () => {
  const { all } = steps([]);
  expect(await runCheck(all)).toEqual({ http, udp: kept });
  expect(all.keep).toHaveBeenCalledWith('c1', {
    rtt_ms: 12,
    http_rtt_ms: 20,
    down_kbps: 9_000,
    up_kbps: 2_000,
  });
});

test.each([
  [['busy'], kept, 1],
  [['busy', 'busy'], kept, 2],
  [['busy', 'busy', 'busy'], 'busy', 2],
  [['too_fast'], 'busy', 0],
  [['offer'], 'failed', 0],
  [['network'], 'failed', 0],
])('refused with %j: %j after %i waits', async (refusals, udp, waits) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { all, waited } = steps(refusals);
  expect((await runCheck(all)).udp).toEqual(udp);
  expect(waited.length).toBe(waits);
});

test('without the server nothing else is tried', async () => {
  const udp = vi.fn();
  const { all } = steps([], { http: async () => null, udp });
  expect(await runCheck(all)).toEqual({ http: null, udp: 'failed' });
  expect(udp).not.toHaveBeenCalled();
});

test('figures as the server takes them', () => {
  expect(measuredOf({ rttMs: 90_000, downBps: 1e13, upBps: null }, null)).toEqual({
    http_rtt_ms: 60_000,
    down_kbps: 10_000_000,
  });
});
