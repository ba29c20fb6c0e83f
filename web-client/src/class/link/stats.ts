/** Numbers for the network details: two readings of `getStats` in, rates out. Pure. */

export interface StreamRow {
  direction: 'out' | 'in';
  kind: string;
  layer: string;
  bps: number;
  size: string;
  fps: number | null;
  note: string;
}

export interface StatsView {
  rttMs: number | null;
  outBps: number;
  inBps: number;
  /** The loss of arriving packets since the last reading, percent. */
  lossPercent: number | null;
  rows: StreamRow[];
}

export interface StatsMemory {
  atMs: number;
  bytes: Map<string, number>;
  received: number;
  lost: number;
}

type Entry = Record<string, unknown> & { id: string; type: string };

export const noStats: StatsMemory = { atMs: 0, bytes: new Map(), received: 0, lost: 0 };

/** Compares a reading with the one before; the second value is to be passed next time. */
export function summarize(
  report: Iterable<[string, unknown]>,
  before: StatsMemory,
  nowMs: number,
): [StatsView, StatsMemory] {
  const seconds = Math.max(0.001, (nowMs - before.atMs) / 1000);
  const after: StatsMemory = { atMs: nowMs, bytes: new Map(), received: 0, lost: 0 };
  const view: StatsView = { rttMs: null, outBps: 0, inBps: 0, lossPercent: null, rows: [] };
  for (const [, value] of report) {
    const entry = value as Entry;
    if (entry.type === 'candidate-pair' && entry.nominated === true) {
      const rtt = number(entry.currentRoundTripTime);
      if (rtt !== null) view.rttMs = Math.round(rtt * 1000);
    }
    if (entry.type !== 'outbound-rtp' && entry.type !== 'inbound-rtp') continue;
    const out = entry.type === 'outbound-rtp';
    const bytes = number(out ? entry.bytesSent : entry.bytesReceived) ?? 0;
    after.bytes.set(entry.id, bytes);
    const bps = Math.max(0, Math.round(((bytes - (before.bytes.get(entry.id) ?? bytes)) * 8) / seconds));
    if (out) view.outBps += bps;
    else {
      view.inBps += bps;
      after.received += number(entry.packetsReceived) ?? 0;
      after.lost += number(entry.packetsLost) ?? 0;
    }
    if (bps > 0) view.rows.push(rowOf(entry, out, bps));
  }
  const arrived = after.received - before.received;
  const lost = after.lost - before.lost;
  if (before.atMs > 0 && arrived > 0)
    view.lossPercent = Math.max(0, (100 * lost) / (arrived + Math.max(0, lost)));
  return [view, after];
}

function rowOf(entry: Entry, out: boolean, bps: number): StreamRow {
  const width = number(entry.frameWidth);
  const limit = entry.qualityLimitationReason;
  return {
    direction: out ? 'out' : 'in',
    kind: String(entry.kind ?? ''),
    layer: typeof entry.rid === 'string' ? entry.rid : '',
    bps,
    size: width ? `${width}×${number(entry.frameHeight) ?? '?'}` : '',
    fps: number(entry.framesPerSecond),
    note: typeof limit === 'string' && limit !== 'none' ? limit : '',
  };
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
