/** How good the way to the server is, before class: round trips and a download of known size. */

export interface NetworkFigures {
  /** The middle one of several round trips. */
  rttMs: number;
  downBps: number;
}

export type NetworkVerdict = 'good' | 'fair' | 'weak' | 'lost';

/** Fair from here on; the same figures as in class. */
const RTT_FAIR_MS = 250;
const RTT_WEAK_MS = 800;
/** A clear picture with sound, and what a small one needs. */
const GOOD_BPS = 2_000_000;
const FAIR_BPS = 400_000;

export function verdictOf(figures: NetworkFigures | null): NetworkVerdict {
  if (figures === null) return 'lost';
  const { rttMs, downBps } = figures;
  if (rttMs >= RTT_WEAK_MS || downBps < FAIR_BPS) return 'weak';
  return rttMs >= RTT_FAIR_MS || downBps < GOOD_BPS ? 'fair' : 'good';
}

/** `12.3`, `0.85`, `120`. */
export function mbit(bps: number): string {
  const value = bps / 1e6;
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

const PINGS = 5;
/** Downloads are repeated for so long, that a fast network has something to do. */
const DOWNLOAD_MS = 1500;
const DOWNLOADS_MAX = 12;
/** Small files one after the other would measure the round trip. */
const SIDE_BY_SIDE = 6;

type Get = (path: string) => Promise<{ ok: boolean; arrayBuffer: () => Promise<ArrayBuffer> }>;

const get: Get = (path) => fetch(path, { cache: 'no-store', credentials: 'omit' });

/** Null when the server cannot be reached. */
export async function measure(
  file: string,
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
    const from = clock();
    let bytes = 0;
    for (let turn = 0; turn < DOWNLOADS_MAX && clock() - from < DOWNLOAD_MS; turn += 1) {
      const files = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => ask(file)));
      for (const one of files) bytes += (await one.arrayBuffer()).byteLength;
    }
    const seconds = Math.max(0.001, (clock() - from) / 1000);
    trips.sort((a, b) => a - b);
    return { rttMs: Math.round(trips[Math.floor(trips.length / 2)] ?? 0), downBps: (bytes * 8) / seconds };
  } catch {
    return null;
  }
}
