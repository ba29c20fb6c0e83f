/** The quality of the path to the server by HTTP, before class: round trips, downloads and uploads of known size. */
import { at } from '../../base/path';

export interface NetworkFigures {
  /** The median of several round trips. */
  rttMs: number;
  downBps: number;
  /** The speed of the upload; null = nothing was uploaded. */
  upBps: number | null;
}

export type HttpVerdict = 'good' | 'fair' | 'weak' | 'lost';

/** The round trip from which a network is only fair; the same figures as in class. */
const RTT_FAIR_MS = 250;
const RTT_WEAK_MS = 800;
/** The speed for a clear picture with sound, and that for a small one. */
const GOOD_BPS = 2_000_000;
const FAIR_BPS = 400_000;

export function verdictOf(figures: NetworkFigures | null): HttpVerdict {
  if (figures === null) return 'lost';
  const { rttMs, downBps } = figures;
  if (rttMs >= RTT_WEAK_MS || downBps < FAIR_BPS) return 'weak';
  return rttMs >= RTT_FAIR_MS || downBps < GOOD_BPS ? 'fair' : 'good';
}

/** Megabits per second, as `12.3`, `0.85`, `120`. */
export function mbit(bps: number): string {
  const value = bps / 1e6;
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

const PINGS = 5;
/** The time for which downloads are repeated, so that a fast network has something to do. */
const DOWNLOAD_MS = 1500;
const DOWNLOADS_MAX = 12;
/** Small files one after the other would measure the round trip. */
const SIDE_BY_SIDE = 6;

/** Small enough that a network of 150 kbit/s sends them before a request is given up. */
const UPLOAD_BYTES = 64 * 1024;
const UPLOAD_MS = 800;
const UPLOADS_MAX = 12;
const UPLOADS_SIDE_BY_SIDE = 3;

type Get = (path: string) => Promise<{ ok: boolean; arrayBuffer: () => Promise<ArrayBuffer> }>;

const get: Get = (path) => fetch(at(path), { cache: 'no-store', credentials: 'omit' });

/** The figures of the network; null = the server cannot be reached. `send` uploads so many bytes. */
export async function measure(
  file: string,
  send: ((bytes: number) => Promise<void>) | null,
  ask: Get = get,
  clock = () => performance.now(),
): Promise<NetworkFigures | null> {
  try {
    const trips: number[] = [];
    for (let turn = 0; turn <= PINGS; turn += 1) {
      const from = clock();
      if (!(await ask('/healthz')).ok) return null;
      if (turn > 0) trips.push(clock() - from); // The first one had to open the connection.
    }
    const fetched = async () => (await (await ask(file)).arrayBuffer()).byteLength;
    const downBps = await rate(fetched, SIDE_BY_SIDE, DOWNLOADS_MAX, DOWNLOAD_MS, clock);
    trips.sort((a, b) => a - b);
    const upBps = send && (await upload(send, clock));
    return { rttMs: Math.round(trips[Math.floor(trips.length / 2)] ?? 0), downBps, upBps };
  } catch {
    return null;
  }
}

/** Uploads; a person who may not upload any more has a network all the same. */
async function upload(send: (bytes: number) => Promise<void>, clock: () => number): Promise<number | null> {
  const sent = async () => {
    await send(UPLOAD_BYTES);
    return UPLOAD_BYTES;
  };
  return rate(sent, UPLOADS_SIDE_BY_SIDE, UPLOADS_MAX, UPLOAD_MS, clock).catch(() => null);
}

/** Bits per second of `work`, which returns the number of bytes that it moved. */
async function rate(
  work: () => Promise<number>,
  sideBySide: number,
  turnsMax: number,
  forMs: number,
  clock: () => number,
): Promise<number> {
  const from = clock();
  let bytes = 0;
  for (let turn = 0; turn < turnsMax && clock() - from < forMs; turn += 1) {
    const moved = await Promise.all(Array.from({ length: sideBySide }, work));
    for (const one of moved) bytes += one;
  }
  return (bytes * 8) / Math.max(0.001, (clock() - from) / 1000);
}
