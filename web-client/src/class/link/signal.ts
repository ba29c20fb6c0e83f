/**
 * The WebSocket to the room: greets, resumes, reconnects, and turns commands into promises.
 * It moves messages and knows nothing of the lesson; `lesson.ts` listens.
 *
 * A lost socket is opened again by itself until the server says that coming back is pointless.
 */
import {
  type Bye,
  type ClientMessage,
  type Command,
  PROTOCOL_VERSION,
  type Refusal,
  type ServerMessage,
} from '../../protocol';
import { Silence } from './silence';

/** The reason why there is no way back by itself; the screen says what the person can do. */
export type Over = 'replaced' | 'left' | 'signed_out' | 'not_placed' | 'failed' | Refusal;

export type SignalStatus =
  | { is: 'connecting' }
  | { is: 'online' }
  | { is: 'reconnecting'; attempt: number }
  | { is: 'over'; why: Over };

/** The reason why a command was not carried out: the server's, or `lost` when nobody knows. */
export class CommandError extends Error {
  readonly reason: Refusal | 'lost';
  constructor(reason: Refusal | 'lost') {
    super(`command not done: ${reason}`);
    this.reason = reason;
  }
}

/** The part of a WebSocket that is used here, so that tests can bring their own. */
export interface SocketLike {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SignalOptions {
  url: string;
  /** The key under which the resume token of this device is stored; one per lesson and seat. */
  storageKey: string;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  connect: (url: string) => SocketLike;
  /** Asked when the socket is refused twice without a word: an ended session looks like that. */
  stillSignedIn: () => Promise<boolean>;
  onStatus: (status: SignalStatus) => void;
  onMessage: (message: ServerMessage) => void;
  random?: () => number;
}

/** The time after which a missing answer means that the socket is dead although nobody has said so. */
const REQUEST_TIMEOUT_MS = 10_000;
/**
 * The time for opening a socket. A server that lives takes one at once; one that does not may live again a moment
 * later.
 */
const OPEN_TIMEOUT_MS = 4_000;
/** The time for the greeting, which may take longer: the server may be opening the room. */
const WELCOME_TIMEOUT_MS = 12_000;
const BACKOFF_FIRST_MS = 400;
const BACKOFF_MAX_MS = 8_000;
/** The time over which a class of 100 spreads after a restart, when everybody comes back at once. */
const RESTART_SPREAD_MS = 2_000;
const TOO_FAST_PAUSE_MS = 10_000;

interface Request {
  resolve: (sdp: string) => void;
  reject: (error: CommandError) => void;
  timer: ReturnType<typeof setTimeout>;
}

interface Kept {
  token: string;
  epoch: string;
}

export class Signal {
  #options: SignalOptions;
  #random: () => number;
  #socket: SocketLike | null = null;
  #status: SignalStatus = { is: 'connecting' };
  #seq: number | null = null;
  #kept: Kept | null;
  #requests = new Map<number, Request>();
  #lastId = 0;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #joinRefusal: Refusal | null = null;
  #pauseMs = 0;
  #silence: Silence;

  constructor(options: SignalOptions) {
    this.#options = options;
    this.#silence = new Silence({
      onLost: (silentMs) => {
        console.info(`signal: silent for ${silentMs} ms`);
        this.#lose();
      },
    });
    this.#random = options.random ?? Math.random;
    this.#kept = readKept(options);
  }

  get status(): SignalStatus {
    return this.#status;
  }

  /** Opens the first socket. Listeners are in the options, so nothing can be missed. */
  start(): void {
    this.#open();
  }

  /** Ends for good without telling the server (a closing page); `command({do:'leave'})` says good-bye. */
  close(): void {
    this.#finish('left');
  }

  /** Comes back as the same device after an `over` that a person can undo. */
  again(): void {
    if (this.#status.is !== 'over') return;
    this.#attempt = 0;
    this.#setStatus({ is: 'connecting' });
    this.#open();
  }

  /** Tries at once, because the network is said to be back. */
  retryNow(): void {
    if (this.#status.is !== 'reconnecting' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Told that no media arrive any more (or do again): a socket that is silent, too, is dead. */
  mediaIsSilent(silent: boolean): void {
    this.#silence.mediaIsSilent(silent);
  }

  /** Resolves when the server has carried the command out; rejects with a `CommandError`. */
  async command(command: Command, timeoutMs = REQUEST_TIMEOUT_MS): Promise<void> {
    await this.#request((id) => ({ type: 'command', id, command }), timeoutMs);
  }

  /** Sends the offer of a fresh peer connection; resolves with the answer. */
  offer(sdp: string): Promise<string> {
    return this.#request((id) => ({ type: 'offer', id, sdp }), REQUEST_TIMEOUT_MS);
  }

  #request(message: (id: number) => ClientMessage, timeoutMs: number): Promise<string> {
    if (this.#status.is !== 'online') return Promise.reject(new CommandError('lost'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#lose(), timeoutMs);
      this.#requests.set(id, { resolve, reject, timer });
      this.#send(message(id));
    });
  }

  #open(): void {
    this.#joinRefusal = null;
    this.#pauseMs = 0;
    const socket = this.#options.connect(this.#options.url);
    this.#socket = socket;
    this.#expect(OPEN_TIMEOUT_MS);
    const current = () => this.#socket === socket;
    socket.onopen = () => {
      if (!current()) return;
      this.#expect(WELCOME_TIMEOUT_MS);
      const resume = this.#kept && { ...this.#kept, seq: this.#seq };
      this.#send({ type: 'hello', version: PROTOCOL_VERSION, resume });
    };
    socket.onmessage = (event) => {
      if (current()) this.#receive(event.data);
    };
    socket.onclose = () => {
      if (current()) this.#lose();
    };
  }

  /** Gives the next step of the greeting this long. */
  #expect(withinMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(), withinMs);
  }

  #send(message: ClientMessage): void {
    try {
      this.#socket?.send(JSON.stringify(message));
    } catch {
      this.#lose(); // The socket is closing; its own event would say so a moment later.
    }
  }

  #receive(data: unknown): void {
    this.#silence.heard();
    const message = parse(data);
    if (!message) return;
    switch (message.type) {
      case 'tick':
        // A server that ticks goes on ticking; an older one may be silent for long.
        this.#silence.watch();
        return this.#send({ type: 'tick' });
      case 'welcome':
        return this.#welcome(message);
      case 'snapshot':
      case 'delta':
        this.#seq = message.seq;
        break;
      case 'answer':
        return this.#settle(message.id, (request) => request.resolve(message.sdp));
      case 'ack':
        return this.#settle(message.id, (request) => request.resolve(''));
      case 'refused':
        return this.#refused(message.id, message.reason);
      case 'bye':
        return this.#bye(message.reason);
    }
    this.#options.onMessage(message);
  }

  #welcome(message: ServerMessage & { type: 'welcome' }): void {
    if (message.version !== PROTOCOL_VERSION) return this.#finish('version');
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#kept = { token: message.token, epoch: message.epoch };
    if (!message.resumed) this.#seq = null;
    writeKept(this.#options, this.#kept);
    console.info('signal: online', { you: message.you, resumed: message.resumed, media: message.media });
    // The listener hears the welcome first: its decisions must be in place when "online" is told.
    this.#options.onMessage(message);
    this.#setStatus({ is: 'online' });
  }

  #refused(id: number | null, reason: Refusal): void {
    if (id === null) this.#joinRefusal = reason;
    else this.#settle(id, (request) => request.reject(new CommandError(reason)));
  }

  #bye(reason: Bye): void {
    switch (reason) {
      case 'replaced':
      case 'left':
      case 'removed':
      case 'ended':
      case 'signed_out':
      case 'not_placed':
        return this.#finish(reason);
      case 'refused':
        // A server that cannot serve just now is worth another try; any other refusal is not.
        if (this.#joinRefusal === 'unavailable') return this.#lose();
        return this.#finish(this.#joinRefusal ?? 'failed');
      case 'too_fast':
        this.#pauseMs = TOO_FAST_PAUSE_MS;
        return this.#lose();
      case 'restarting':
        this.#pauseMs = this.#random() * RESTART_SPREAD_MS;
        return this.#lose();
      case 'too_slow':
        return this.#lose();
    }
  }

  #settle(id: number, how: (request: Request) => void): void {
    const request = this.#requests.get(id);
    if (!request) return;
    this.#requests.delete(id);
    clearTimeout(request.timer);
    how(request);
  }

  /** Forgets a socket that is gone or useless, and plans the next one. */
  #lose(): void {
    if (this.#status.is === 'over') return;
    const greeted = this.#status.is === 'online';
    this.#dropSocket();
    this.#attempt += 1;
    const attempt = this.#attempt;
    const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
    const delayMs = this.#pauseMs + cap * (0.5 + this.#random() / 2);
    this.#timer = setTimeout(() => this.#open(), delayMs);
    console.info(`signal: reconnecting ${attempt}`, { delayMs: Math.round(delayMs) });
    this.#setStatus({ is: 'reconnecting', attempt });
    if (!greeted && attempt >= 2) this.#askWhetherSignedIn();
  }

  #askWhetherSignedIn(): void {
    this.#options.stillSignedIn().then(
      (signedIn) => {
        if (!signedIn && this.#status.is === 'reconnecting') this.#finish('signed_out');
      },
      () => {}, // No network: the next attempt finds out.
    );
  }

  #finish(why: Over): void {
    if (this.#status.is === 'over') return;
    this.#dropSocket();
    if (why !== 'replaced' && why !== 'version') {
      this.#kept = null;
      this.#seq = null;
      forgetKept(this.#options);
    }
    this.#setStatus({ is: 'over', why });
  }

  #dropSocket(): void {
    clearTimeout(this.#timer);
    this.#silence.stop();
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const waiting = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of waiting) {
      clearTimeout(request.timer);
      request.reject(new CommandError('lost'));
    }
  }

  #setStatus(status: SignalStatus): void {
    this.#status = status;
    if (status.is === 'over') console.info('signal: over', { why: status.why });
    this.#options.onStatus(status);
  }
}

function parse(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === 'object' && message !== null && 'type' in message
      ? (message as ServerMessage)
      : null;
  } catch {
    return null;
  }
}

function readKept({ storage, storageKey }: SignalOptions): Kept | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('token' in kept) || !('epoch' in kept)) return null;
    return { token: String(kept.token), epoch: String(kept.epoch) };
  } catch {
    return null;
  }
}

function writeKept({ storage, storageKey }: SignalOptions, kept: Kept): void {
  try {
    storage.setItem(storageKey, JSON.stringify(kept));
  } catch {
    // Without storage a reload is a new device; a lost socket still resumes.
  }
}

function forgetKept({ storage, storageKey }: SignalOptions): void {
  try {
    storage.removeItem(storageKey);
  } catch {
    // Nothing was kept.
  }
}
