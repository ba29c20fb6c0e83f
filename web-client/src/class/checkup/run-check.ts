/** The whole network check: HTTP first, then UDP, then a report to the server, which keeps it. */
import { ApiProblem } from '../../api';
import type { MeasuredNetwork, NetworkCheck } from '../../protocol';
import { beginCheck, endCheck, upload } from './checks-api';
import { measure, type NetworkFigures } from './network-check';
import { tryUdp, type UdpTrial } from './udp-check';

export interface Found {
  /** The figures by HTTP; null = the server cannot be reached. */
  http: NetworkFigures | null;
  /** The check as the server keeps it, or the reason why there is none. */
  udp: NetworkCheck | 'busy' | 'failed';
}

export interface Steps {
  http: () => Promise<NetworkFigures | null>;
  udp: () => Promise<UdpTrial>;
  keep: (check: string, measured: MeasuredNetwork) => Promise<NetworkCheck>;
  wait: (ms: number) => Promise<void>;
}

/** A file of this server that is never kept in a cache. */
const FILE = '/icons/icon-512.png';

export function stepsOf(seat: string): Steps {
  return {
    http: () => measure(FILE, (bytes) => upload(seat, bytes)),
    udp: () => tryUdp((offer) => beginCheck(seat, offer)),
    keep: (check, measured) => endCheck(seat, check, measured),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** The attempts at a place: before a large class many people check at once, and a place is free some seconds later. */
const TRIES = 3;
const AGAIN_MS = 5_000;

export async function runCheck(steps: Steps): Promise<Found> {
  const http = await steps.http();
  if (http === null) return { http, udp: 'failed' };
  for (let turn = 1; ; turn += 1) {
    try {
      const { check, rttMs } = await steps.udp();
      return { http, udp: await steps.keep(check, measuredOf(http, rttMs)) };
    } catch (error) {
      const busy = error instanceof ApiProblem && ['busy', 'too_fast'].includes(error.code);
      if (!busy) console.warn('network check:', error);
      if (!busy) return { http, udp: 'failed' };
      if (turn === TRIES || (error as ApiProblem).code === 'too_fast') return { http, udp: 'busy' };
      await steps.wait(AGAIN_MS);
    }
  }
}

/** The figures in the form that the server takes: whole numbers, and only those that were measured. */
export function measuredOf(http: NetworkFigures, rttMs: number | null): MeasuredNetwork {
  const kbps = (bps: number) => Math.min(10_000_000, Math.round(bps / 1000));
  const ms = (value: number) => Math.min(60_000, Math.round(value));
  return {
    ...(rttMs !== null && { rtt_ms: ms(rttMs) }),
    http_rtt_ms: ms(http.rttMs),
    down_kbps: kbps(http.downBps),
    ...(http.upBps !== null && { up_kbps: kbps(http.upBps) }),
  };
}
