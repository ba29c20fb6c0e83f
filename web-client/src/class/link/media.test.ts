import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Incoming, Media, type MediaStatus, playsH264, sortCodecs } from './media';

class FakeStream {
  tracks: unknown[];
  constructor(tracks: unknown[]) {
    this.tracks = tracks;
  }
}

class FakePeer {
  connectionState = 'new';
  onconnectionstatechange: (() => void) | null = null;
  localDescription = { sdp: 'offer' };
  sections: string[] = [];
  replaced: [number, unknown][] = [];
  remote: unknown = null;
  closed = false;
  addTransceiver(kind: string, init: { direction: string; sendEncodings?: { rid?: string }[] }) {
    const index = this.sections.length;
    const layers = (init.sendEncodings ?? []).map((layer) => layer.rid ?? '-').join('');
    this.sections.push(`${kind} ${init.direction}${layers ? ` ${layers}` : ''}`);
    const sender = { replaceTrack: async (track: unknown) => void this.replaced.push([index, track]) };
    return { sender, receiver: { track: { index } } };
  }
  createOffer = async () => ({});
  setLocalDescription = async () => {};
  setRemoteDescription = async (description: unknown) => {
    this.remote = description;
  };
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

function setup(publish = true, exchange = async (_offer: string) => 'answer') {
  const peers: FakePeer[] = [];
  const statuses: MediaStatus[] = [];
  let incoming: Incoming | null = null;
  const media = new Media({
    plan: { publish, audioSlots: 4, mainSlots: 2, stageSlots: 4 },
    exchange,
    onStatus: (status) => statuses.push(status),
    onIncoming: (now) => {
      incoming = now;
    },
    createPeer: () => {
      const peer = new FakePeer();
      peers.push(peer);
      return peer as unknown as RTCPeerConnection;
    },
  });
  const last = () => {
    const peer = peers.at(-1);
    if (!peer) throw new Error('no peer connection was made');
    return peer;
  };
  return { media, peers, statuses, last, incoming: () => incoming };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('RTCRtpSender', {});
  vi.stubGlobal('RTCRtpReceiver', {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the offer', () => {
  test('has its sections in the order of the contract', async () => {
    const { media, last } = setup();
    await media.connect();
    expect(last().sections).toEqual([
      'audio sendonly',
      'video sendonly qhf',
      'video sendonly -',
      ...Array(4).fill('audio recvonly'),
      ...Array(6).fill('video recvonly'),
    ]);
    expect(last().remote).toEqual({ type: 'answer', sdp: 'answer' });
  });

  test('of an operator has nothing to send', async () => {
    const { media, last } = setup(false);
    await media.connect();
    expect(last().sections.filter((section) => section.includes('sendonly'))).toEqual([]);
  });

  test('receiving slots are told apart by their place', async () => {
    const { media, incoming } = setup();
    await media.connect();
    const indexes = (streams: MediaStream[] = []) =>
      streams.map((stream) => (stream as unknown as { tracks: { index: number }[] }).tracks[0]?.index);
    expect(indexes(incoming()?.audio)).toEqual([3, 4, 5, 6]);
    expect(indexes(incoming()?.main)).toEqual([7, 8]);
    expect(indexes(incoming()?.stage)).toEqual([9, 10, 11, 12]);
  });
});

describe('tracks', () => {
  test('are replaced without a new offer and survive a new connection', async () => {
    const { media, last, peers } = setup();
    await media.connect();
    const mic = { kind: 'audio' } as MediaStreamTrack;
    await media.setTrack('mic', mic);
    expect(last().replaced).toEqual([[0, mic]]);
    expect(peers.length).toBe(1);
    await media.connect();
    expect(last().replaced).toEqual([[0, mic]]);
    await media.setTrack('mic', null);
    expect(last().replaced.at(-1)).toEqual([0, null]);
    expect(media.kinds).toEqual([]);
  });
});

describe('the life of a connection', () => {
  test('a short disconnection is waited out', async () => {
    const { media, last, statuses } = setup();
    await media.connect();
    last().become('connected');
    last().become('disconnected');
    vi.advanceTimersByTime(4_900);
    last().become('connected');
    vi.advanceTimersByTime(60_000);
    expect(statuses).toEqual(['connecting', 'connected']);
  });

  test.each([
    ['disconnected', 5_000],
    ['failed', 0],
  ])('%s is an interruption after %d ms', async (state, ms) => {
    const { media, last, statuses } = setup();
    await media.connect();
    last().become('connected');
    last().become(state);
    vi.advanceTimersByTime(ms);
    expect(statuses.at(-1)).toBe('interrupted');
  });

  test('a connection that never comes up is an interruption', async () => {
    const { media, statuses } = setup();
    await media.connect();
    vi.advanceTimersByTime(12_000);
    expect(statuses).toEqual(['connecting', 'interrupted']);
  });

  test('a new connection closes the old one and no longer listens to it', async () => {
    const { media, peers, statuses } = setup();
    await media.connect();
    await media.connect();
    expect(peers[0]?.closed).toBe(true);
    peers[0]?.become('failed');
    expect(statuses).toEqual(['connecting']);
  });

  test('a refused offer rejects and counts as an interruption', async () => {
    const { media, statuses } = setup(true, async () => {
      throw new Error('refused');
    });
    await expect(media.connect()).rejects.toThrow('refused');
    expect(statuses.at(-1)).toBe('interrupted');
  });

  test('an answer that comes after the next attempt is not used', async () => {
    const answers: ((sdp: string) => void)[] = [];
    const { media, peers } = setup(true, () => new Promise((resolve) => answers.push(resolve)));
    const first = media.connect();
    await vi.waitFor(() => expect(answers.length).toBe(1));
    const second = media.connect();
    await vi.waitFor(() => expect(answers.length).toBe(2));
    answers[0]?.('late');
    answers[1]?.('good');
    await Promise.all([first, second]);
    expect(peers.map((peer) => peer.remote)).toEqual([null, { type: 'answer', sdp: 'good' }]);
  });
});

test('H.264 that every phone decodes comes first, repair last', () => {
  const codec = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, sdpFmtpLine });
  const high = codec('video/H264', 'packetization-mode=1;profile-level-id=64001f');
  const plain = codec('video/H264', 'packetization-mode=1;profile-level-id=42e01f');
  const single = codec('video/H264', 'packetization-mode=0;profile-level-id=42e01f');
  const [vp8, rtx, av1] = [codec('video/VP8'), codec('video/rtx'), codec('video/AV1')];
  expect(sortCodecs([rtx, av1, vp8, single, high, plain])).toEqual([plain, high, single, vp8, av1, rtx]);
});

test('a browser that lists no H.264 is told from one that lists nothing', () => {
  const browser = (codecs: string[] | null) =>
    vi.stubGlobal('RTCRtpReceiver', {
      getCapabilities: () => codecs && { codecs: codecs.map((mimeType) => ({ mimeType })) },
    });
  browser(['video/VP8', 'video/H264']);
  expect(playsH264()).toBe(true);
  browser(['video/VP8', 'video/rtx']);
  expect(playsH264()).toBe(false);
  browser(null);
  expect(playsH264()).toBe(true);
  vi.unstubAllGlobals();
});
