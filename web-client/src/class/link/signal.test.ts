import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientMessage, ServerMessage } from '../../protocol';
import { CommandError, Signal, type SignalStatus, type SocketLike } from './signal';

class FakeSocket implements SocketLike {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  sent: ClientMessage[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.(new Event('open'));
  }
  hear(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }
  break(): void {
    this.onclose?.({} as CloseEvent);
  }
}

class FakeStorage {
  kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

const welcome: ServerMessage = {
  type: 'welcome',
  version: 1,
  you: 2,
  role: 'trainee',
  epoch: 'e1',
  token: 't1',
  resumed: false,
  media: false,
  server_time_ms: 0,
};
const delta = (seq: number): ServerMessage => ({ type: 'delta', seq, event: { event: 'hands', hands: [] } });

function setup(storage = new FakeStorage(), signedIn = async () => true) {
  const sockets: FakeSocket[] = [];
  const statuses: SignalStatus[] = [];
  const heard: ServerMessage[] = [];
  const signal = new Signal({
    url: 'ws://x/signal/demo?as=s',
    storageKey: 'k',
    storage,
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    stillSignedIn: signedIn,
    onStatus: (status) => statuses.push(status),
    onMessage: (message) => heard.push(message),
    random: () => 1,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  signal.start();
  return { signal, sockets, statuses, heard, last };
}

function online(storage?: FakeStorage) {
  const all = setup(storage);
  all.last().open();
  all.last().hear(welcome);
  return all;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => vi.useRealTimers());

describe('greeting and resuming', () => {
  test('a new device says hello without a past', () => {
    const { last } = setup();
    last().open();
    expect(last().sent).toEqual([{ type: 'hello', version: 1, resume: null }]);
  });

  test('a lost socket is opened again and resumes from the last number', () => {
    const { last, statuses, sockets } = online();
    last().hear(delta(41));
    last().break();
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
    vi.advanceTimersByTime(400);
    expect(sockets.length).toBe(2);
    last().open();
    expect(last().sent[0]).toEqual({
      type: 'hello',
      version: 1,
      resume: { token: 't1', epoch: 'e1', seq: 41 },
    });
  });

  test('a page reload resumes the device without its number', () => {
    const storage = new FakeStorage();
    online(storage).last().hear(delta(41));
    const reloaded = setup(storage);
    reloaded.last().open();
    expect(reloaded.last().sent[0]).toMatchObject({ resume: { token: 't1', epoch: 'e1', seq: null } });
  });

  test('a welcome that did not resume forgets the old numbers', () => {
    const { last } = online();
    last().hear(delta(41));
    last().break();
    vi.advanceTimersByTime(400);
    last().open();
    last().hear({ ...welcome, epoch: 'e2', token: 't2' });
    last().break();
    vi.advanceTimersByTime(400);
    last().open();
    expect(last().sent[0]).toMatchObject({ resume: { token: 't2', epoch: 'e2', seq: null } });
  });

  test('attempts come slower and slower, and at once when the network is back', () => {
    const { sockets, last, signal } = setup();
    last().break();
    vi.advanceTimersByTime(399);
    expect(sockets.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(2);
    last().break();
    vi.advanceTimersByTime(799);
    expect(sockets.length).toBe(2);
    signal.retryNow();
    expect(sockets.length).toBe(3);
    signal.retryNow();
    expect(sockets.length).toBe(3);
  });

  test('a socket that opens and never greets is given up', () => {
    const { last, statuses } = setup();
    last().open();
    vi.advanceTimersByTime(12_000);
    expect(last().closed).toBe(true);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
  });

  test('a socket that does not even open is given up sooner', () => {
    const { last, statuses } = setup();
    vi.advanceTimersByTime(4_000);
    expect(last().closed).toBe(true);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
  });

  test('what a forgotten socket says is not heard', () => {
    const { last, heard } = online();
    const old = last();
    const handler = old.onmessage;
    old.break();
    handler?.({ data: JSON.stringify(delta(5)) } as MessageEvent);
    expect(heard).toEqual([welcome]);
  });
});

describe('silence', () => {
  test('a tick is answered, and told to nobody', () => {
    const { last, heard } = online();
    last().hear({ type: 'tick' });
    expect(last().sent.at(-1)).toEqual({ type: 'tick' });
    expect(heard).toEqual([welcome]);
  });

  test('five seconds without a frame lose a socket that ticked, and the next one comes at once', () => {
    const { last, statuses, sockets } = online();
    last().hear({ type: 'tick' });
    vi.advanceTimersByTime(4_000);
    last().hear(delta(1));
    vi.advanceTimersByTime(4_500);
    expect(statuses.at(-1)).toEqual({ is: 'online' });
    vi.advanceTimersByTime(500);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
    vi.advanceTimersByTime(400);
    expect(sockets.length).toBe(2);
  });

  test('media that is silent, too, makes it three', () => {
    const { last, statuses, signal } = online();
    last().hear({ type: 'tick' });
    signal.mediaIsSilent(true);
    vi.advanceTimersByTime(3_000);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
  });

  test('a server that does not tick may be silent', () => {
    const { statuses, signal } = online();
    signal.mediaIsSilent(true);
    vi.advanceTimersByTime(60_000);
    expect(statuses.at(-1)).toEqual({ is: 'online' });
  });

  test('the silence of one socket is not that of the next', () => {
    const { last, statuses } = online();
    last().hear({ type: 'tick' });
    vi.advanceTimersByTime(4_500);
    last().break();
    vi.advanceTimersByTime(400);
    last().open();
    last().hear(welcome);
    vi.advanceTimersByTime(60_000);
    expect(statuses.at(-1)).toEqual({ is: 'online' });
  });
});

describe('commands', () => {
  test('resolve with ack, reject with the reason of a refusal', async () => {
    const { signal, last } = online();
    const done = signal.command({ do: 'hand', up: true });
    const refused = signal.command({ do: 'mute_all' });
    expect(last().sent.slice(1)).toEqual([
      { type: 'command', id: 1, command: { do: 'hand', up: true } },
      { type: 'command', id: 2, command: { do: 'mute_all' } },
    ]);
    last().hear({ type: 'refused', id: 2, reason: 'not_allowed' });
    last().hear({ type: 'ack', id: 1 });
    await expect(done).resolves.toBeUndefined();
    await expect(refused).rejects.toEqual(new CommandError('not_allowed'));
  });

  test('an offer resolves with the answer', async () => {
    const { signal, last } = online();
    const answer = signal.offer('v=0 offer');
    last().hear({ type: 'answer', id: 1, sdp: 'v=0 answer' });
    await expect(answer).resolves.toBe('v=0 answer');
  });

  test('without a connection, or when it breaks, they are lost and say so', async () => {
    const { signal, last } = online();
    const pending = signal.command({ do: 'mute_all' });
    last().break();
    await expect(pending).rejects.toMatchObject({ reason: 'lost' });
    await expect(signal.command({ do: 'mute_all' })).rejects.toMatchObject({ reason: 'lost' });
  });

  test('no answer in time means that the socket is dead', async () => {
    const { signal, last, statuses } = online();
    const pending = signal.command({ do: 'mute_all' }, 4_000);
    const told = expect(pending).rejects.toMatchObject({ reason: 'lost' });
    vi.advanceTimersByTime(4_000);
    await told;
    expect(last().closed).toBe(true);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 1 });
  });
});

describe('good-byes', () => {
  test.each(['replaced', 'removed', 'ended', 'left', 'signed_out', 'not_placed'] as const)(
    '%s is final',
    (reason) => {
      const { last, statuses, sockets } = online();
      last().hear({ type: 'bye', reason });
      vi.advanceTimersByTime(60_000);
      expect(statuses.at(-1)).toEqual({ is: 'over', why: reason });
      expect(sockets.length).toBe(1);
    },
  );

  test('a refused join tells the reason of the refusal', () => {
    const { last, statuses } = setup();
    last().open();
    last().hear({ type: 'refused', id: null, reason: 'room_full' });
    last().hear({ type: 'bye', reason: 'refused' });
    expect(statuses.at(-1)).toEqual({ is: 'over', why: 'room_full' });
  });

  test('a server that cannot serve now is tried again', () => {
    const { last, sockets } = setup();
    last().open();
    last().hear({ type: 'refused', id: null, reason: 'unavailable' });
    last().hear({ type: 'bye', reason: 'refused' });
    vi.advanceTimersByTime(400);
    expect(sockets.length).toBe(2);
  });

  test('a restart is waited for, spread over time', () => {
    const { last, sockets } = online();
    last().hear({ type: 'bye', reason: 'restarting' });
    vi.advanceTimersByTime(2_399);
    expect(sockets.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(2);
  });

  test('another version of the server asks for a reload and does nothing else', () => {
    const { last, statuses } = setup();
    last().open();
    last().hear({ ...welcome, version: 2 });
    expect(statuses.at(-1)).toEqual({ is: 'over', why: 'version' });
  });

  test('the replaced device keeps its seat and can take it back', () => {
    const { signal, last, sockets } = online();
    last().hear({ type: 'bye', reason: 'replaced' });
    signal.again();
    expect(sockets.length).toBe(2);
    last().open();
    expect(last().sent[0]).toMatchObject({ resume: { token: 't1' } });
  });

  test('a session that is over is found out after two silent refusals', async () => {
    const { last, statuses } = setup(new FakeStorage(), async () => false);
    last().break();
    vi.advanceTimersByTime(400);
    last().break();
    await vi.advanceTimersByTimeAsync(0);
    expect(statuses.at(-1)).toEqual({ is: 'over', why: 'signed_out' });
  });

  test('a network that is only away is not taken for a session that is over', async () => {
    const away = async () => {
      throw new Error('network');
    };
    const { last, statuses } = setup(new FakeStorage(), away);
    last().break();
    vi.advanceTimersByTime(400);
    last().break();
    await vi.advanceTimersByTimeAsync(0);
    expect(statuses.at(-1)).toEqual({ is: 'reconnecting', attempt: 2 });
  });
});

test('what is not a message of the protocol is ignored', () => {
  const { last, heard } = online();
  for (const data of ['', 'no json', '[]', '5', 'null', new ArrayBuffer(2)]) {
    last().onmessage?.({ data } as MessageEvent);
  }
  expect(heard).toEqual([welcome]);
});
