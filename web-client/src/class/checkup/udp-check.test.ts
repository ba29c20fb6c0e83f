import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tryUdp } from './udp-check';

type Pair = { currentRoundTripTime?: number; responsesReceived?: number };

class FakePeer {
  connectionState = 'new';
  onconnectionstatechange: (() => void) | null = null;
  localDescription = { sdp: 'v=0 offer' };
  sections: unknown[] = [];
  remote: unknown = null;
  closed = false;
  /** One pair for each look; the last one stays. */
  pairs: Pair[] = [];
  addTransceiver(what: unknown, { direction }: { direction: string }) {
    this.sections.push([what, direction]);
  }
  createOffer = async () => ({});
  setLocalDescription = async () => {};
  setRemoteDescription = async (description: unknown) => {
    this.remote = description;
  };
  getStats = async () => {
    const pair = (this.pairs.length > 1 ? this.pairs.shift() : this.pairs[0]) ?? {};
    const selected = { type: 'candidate-pair', nominated: true, state: 'succeeded', ...pair };
    const other = { type: 'candidate-pair', nominated: false, state: 'waiting', currentRoundTripTime: 9 };
    return new Map<string, object>([
      ['a', other],
      ['b', selected],
    ]);
  };
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const begin = vi.fn(async (_offer: string) => ({ check: 'c1', answer: 'v=0 answer', ends_in_ms: 10_000 }));
const silence = { track: 'silence' as unknown as MediaStreamTrack, end: vi.fn() };

function start(peer: FakePeer, quiet: typeof silence | null = silence) {
  return tryUdp(begin, {
    createPeer: () => peer as unknown as RTCPeerConnection,
    createSilence: () => quiet,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
});

test('one section of silence is sent, and the middle round trip is told', async () => {
  const peer = new FakePeer();
  const rtts: [number, number][] = [
    [0.2, 1],
    [0.03, 2],
    [0.03, 2], // The same one again.
    [0.05, 3],
    [0.04, 4],
    [0.06, 5],
  ];
  peer.pairs = rtts.map(([rtt, count]) => ({ currentRoundTripTime: rtt, responsesReceived: count }));
  const trial = start(peer);
  await vi.advanceTimersByTimeAsync(10);
  expect(begin).toHaveBeenCalledWith('v=0 offer');
  expect(peer.sections).toEqual([['silence', 'sendonly']]);
  expect(peer.remote).toEqual({ type: 'answer', sdp: 'v=0 answer' });
  peer.become('connecting');
  peer.become('connected');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await trial).toEqual({ check: 'c1', rttMs: 50 });
  expect([peer.closed, silence.end.mock.calls.length]).toEqual([true, 1]);
});

test.each([
  ['nothing arrives', null],
  ['ICE fails', 'failed'],
])('%s: the check goes on without a round trip', async (_name, state) => {
  const peer = new FakePeer();
  const trial = start(peer);
  await vi.advanceTimersByTimeAsync(10);
  if (state) peer.become(state);
  else await vi.advanceTimersByTimeAsync(6_000);
  expect(await trial).toEqual({ check: 'c1', rttMs: null });
  expect(peer.closed).toBe(true);
});

test('a browser that tells no round trips, and one that makes no sound', async () => {
  const peer = new FakePeer();
  peer.pairs = [{}];
  const trial = start(peer, null);
  await vi.advanceTimersByTimeAsync(10);
  expect(peer.sections).toEqual([['audio', 'sendonly']]);
  peer.become('connected');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await trial).toEqual({ check: 'c1', rttMs: null });
});

test('a refusal is passed on, and nothing stays open', async () => {
  const peer = new FakePeer();
  begin.mockRejectedValueOnce(new Error('busy'));
  await expect(start(peer)).rejects.toThrow('busy');
  expect([peer.closed, silence.end.mock.calls.length]).toEqual([true, 1]);
});
