/**
 * One person in one lesson on this device: holds the socket, the media and the state together, keeps them alive, and
 * gives the screen one immutable `LessonView`.
 */
import { ApiProblem, me } from '../api';
import { at } from '../base/path';
import type { Command, Me, ServerMessage, Want } from '../protocol';
import { apply, type ClassroomState, emptyClassroom, self } from './classroom';
import { allOff, type Local, Publisher } from './devices/publisher';
import { type Incoming, Media, type MediaPlan, type MediaStatus } from './link/media';
import { CommandError, Signal, type SignalStatus } from './link/signal';

export interface LessonView {
  signal: SignalStatus;
  media: MediaStatus;
  /** The number of peer connections in a row that did not come up; tells a blocked network from a short drop. */
  mediaFailures: number;
  /** Whether the server could not answer our offer: this browser lacks what the class needs. */
  mediaRefused: boolean;
  classroom: ClassroomState;
  incoming: Incoming;
  local: Local;
  want: Want;
  /** The server's time minus this device's clock. */
  clockOffsetMs: number;
}

/** The time within which changes are shown together: a hundred people may join in one second. */
const NOTIFY_MS = 30;
const MEDIA_RETRY_FIRST_MS = 1_000;
const MEDIA_RETRY_MAX_MS = 15_000;
/** The time in which a socket must answer to count as alive after media went quiet. */
const PROBE_MS = 4_000;

const nothing: Incoming = { audio: [], main: [], stage: [] };

export class Lesson {
  readonly person: Me;
  readonly publisher: Publisher;
  readonly media: Media;
  #signal: Signal;
  #view: LessonView;
  #listeners = new Set<() => void>();
  #notifyTimer: ReturnType<typeof setTimeout> | undefined;
  /** The devices that were open when the class was over for this page. */
  #open: ('mic' | 'camera')[] = [];
  #mediaTimer: ReturnType<typeof setTimeout> | undefined;
  #cleanups: (() => void)[] = [];
  #tiles: number[] = [];

  constructor(person: Me, lesson: string, want: Want, onPhone: boolean) {
    this.person = person;
    this.#view = {
      signal: { is: 'connecting' },
      media: 'idle',
      mediaFailures: 0,
      mediaRefused: false,
      classroom: emptyClassroom,
      incoming: nothing,
      local: allOff,
      want,
      clockOffsetMs: 0,
    };
    const seat = encodeURIComponent(person.seat);
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.#signal = new Signal({
      url: `${scheme}://${location.host}${at(`/signal/${encodeURIComponent(lesson)}`)}?as=${seat}`,
      storageKey: `live-classroom.resume.${lesson}.${person.seat}`,
      storage: sessionStorage,
      connect: (url) => new WebSocket(url),
      stillSignedIn: () => stillSignedIn(person.seat),
      onStatus: (status) => this.#signalChanged(status),
      onMessage: (message) => this.#receive(message),
    });
    this.media = new Media({
      plan: planFor(person, want, onPhone),
      exchange: (offer) => this.#signal.offer(offer),
      onStatus: (status) => this.#mediaChanged(status),
      onSilent: (silent) => this.#signal.mediaIsSilent(silent),
      onIncoming: (incoming) => this.#change({ incoming }),
    });
    const size = person.role === 'instructor' ? 'teacher' : 'stage';
    this.publisher = new Publisher(this.media, size, (local) => this.#localChanged(local));
  }

  /** The screen's side: the present state, and a call after every change. Made for `useSyncExternalStore`. */
  readonly view = (): LessonView => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    const awake = () => {
      if (document.visibilityState === 'visible') this.#networkMayBeBack();
    };
    const online = () => this.#networkMayBeBack();
    const offline = () => this.#probe();
    document.addEventListener('visibilitychange', awake);
    window.addEventListener('online', online);
    window.addEventListener('offline', offline);
    this.#cleanups.push(
      () => document.removeEventListener('visibilitychange', awake),
      () => window.removeEventListener('online', online),
      () => window.removeEventListener('offline', offline),
    );
    this.#signal.start();
  }

  /** Resolves when the server has done it; rejects with a `CommandError` that has the reason. */
  command(command: Command): Promise<void> {
    return this.#signal.command(command);
  }

  async setWant(want: Want): Promise<void> {
    this.#change({ want });
    await this.command({ do: 'want', want });
  }

  /**
   * Sets the height at which each receiving video slot is shown, in device pixels: a small tile needs no large
   * picture.
   */
  setTiles(heights: number[]): void {
    if (heights.join() === this.#tiles.join()) return;
    this.#tiles = heights;
    if (this.#signal.status.is !== 'online' || this.media.status !== 'connected') return; // Announced then.
    this.command({ do: 'tiles', heights }).catch(() => {});
  }

  /** Comes back after an end that can be undone (another tab took over, the end of the class was taken back). */
  again(): void {
    this.#signal.again();
    // An instructor goes on with the devices that were open.
    const teaches = this.person.role === 'instructor';
    for (const kind of teaches ? this.#open : []) this.publisher.turnOn(kind).catch(() => {}); // The buttons are there.
  }

  /** Leaves on purpose; the roster shows it at once. */
  async leave(): Promise<void> {
    await this.command({ do: 'leave' }).catch(() => {}); // Closing says the same, a little later.
    this.#signal.close();
  }

  close(): void {
    for (const cleanup of this.#cleanups) cleanup();
    this.#cleanups = [];
    clearTimeout(this.#mediaTimer);
    void this.publisher.release();
    this.media.close();
    this.#signal.close();
  }

  #receive(message: ServerMessage): void {
    const before = this.#view.classroom;
    const classroom = apply(before, message);
    const news = classroom.moments.filter((moment) => moment.id > before.momentsSeen);
    this.#change({ classroom });
    if (message.type === 'welcome') this.#welcome(message);
    if (news.some((moment) => moment.kind === 'muted')) void this.publisher.turnOff('mic');
    this.#keepToWhatIsAllowed();
  }

  #welcome(message: ServerMessage & { type: 'welcome' }): void {
    this.#change({ clockOffsetMs: message.server_time_ms - Date.now() });
    const alive = this.media.status === 'connected' || this.media.status === 'connecting';
    // After `online` is set: the offer is a request, and requests wait for nobody.
    queueMicrotask(() => {
      if (!message.media || !alive) void this.#connectMedia();
      else void this.#announce();
    });
  }

  #signalChanged(signal: SignalStatus): void {
    this.#change({ signal });
    if (signal.is !== 'over') return;
    const { local } = this.#view;
    this.#open = (['mic', 'camera'] as const).filter((kind) => local[kind].track !== null);
    clearTimeout(this.#mediaTimer);
    void this.publisher.release();
    this.media.close();
  }

  async #connectMedia(): Promise<void> {
    clearTimeout(this.#mediaTimer);
    if (this.#signal.status.is !== 'online') return; // The next welcome comes here again.
    try {
      await this.media.connect();
      this.#change({ mediaRefused: false });
      await this.#announce();
    } catch (error) {
      const reason = error instanceof CommandError ? error.reason : 'offer';
      console.warn('media: no connection', { reason, error });
      if (reason === 'offer') this.#change({ mediaRefused: true });
    }
  }

  #mediaChanged(media: MediaStatus): void {
    if (media === 'connected') this.#change({ media, mediaFailures: 0 });
    else if (media !== 'interrupted') this.#change({ media });
    else {
      const mediaFailures = this.#view.mediaFailures + 1;
      this.#change({ media, mediaFailures });
      this.#probe();
      const delayMs = Math.min(MEDIA_RETRY_MAX_MS, MEDIA_RETRY_FIRST_MS * 2 ** (mediaFailures - 1));
      clearTimeout(this.#mediaTimer);
      this.#mediaTimer = setTimeout(() => {
        if (this.media.status === 'interrupted') void this.#connectMedia();
      }, delayMs);
    }
  }

  #localChanged(local: Local): void {
    const before = this.#view.local;
    this.#change({ local });
    const changed = (['mic', 'camera', 'screen'] as const).some(
      (kind) => before[kind].track !== local[kind].track,
    );
    if (changed) void this.#announce();
    this.#keepToWhatIsAllowed(); // The stage may have gone while the browser was still asking.
  }

  /** Tells the room which sources this device sends and what it wants; told again after every new connection. */
  async #announce(): Promise<void> {
    if (this.#signal.status.is !== 'online') return; // The next welcome tells.
    const { want, local } = this.#view;
    const kinds = (['mic', 'camera', 'screen'] as const).filter((kind) => local[kind].track);
    try {
      if (want !== 'all') await this.command({ do: 'want', want });
      const told = self(this.#view.classroom)?.sending ?? [];
      // An instructor's page always says it: silence after a reload would look like a lost picture.
      const says = kinds.length > 0 || told.length > 0 || this.person.role === 'instructor';
      if (says) await this.command({ do: 'sending', kinds });
      if (this.#tiles.length > 0) await this.command({ do: 'tiles', heights: this.#tiles });
    } catch (error) {
      console.info('lesson: not announced', error); // Lost: the next connection tells. Refused: the stage is gone.
    }
  }

  /**
   * Closes the devices at once when the person is taken off the stage or the camera is withdrawn, whatever the page
   * shows.
   */
  #keepToWhatIsAllowed(): void {
    const own = self(this.#view.classroom);
    if (own?.role !== 'trainee') return;
    if (!own.on_stage) void this.publisher.release();
    else if (!own.camera_allowed) void this.publisher.turnOff('camera');
  }

  #networkMayBeBack(): void {
    this.#signal.retryNow();
    this.#probe();
  }

  /** Sends a harmless command; when its answer does not come, the signal drops the socket and reconnects. */
  #probe(): void {
    if (this.#signal.status.is !== 'online') return;
    this.#signal.command({ do: 'want', want: this.#view.want }, PROBE_MS).catch(() => {});
  }

  #change(change: Partial<LessonView>): void {
    this.#view = { ...this.#view, ...change };
    this.#notifyTimer ??= setTimeout(() => {
      this.#notifyTimer = undefined;
      for (const listener of this.#listeners) listener();
    }, NOTIFY_MS);
  }
}

async function stillSignedIn(seat: string): Promise<boolean> {
  try {
    await me(seat);
    return true;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'signed_out') return false;
    throw error;
  }
}

/** The media plan: operators only watch; phones and people who save data get fewer small pictures. */
function planFor(person: Me, want: Want, onPhone: boolean): MediaPlan {
  const stageSlots = person.role === 'trainee' && (onPhone || want !== 'all') ? 2 : 4;
  return { publish: person.role !== 'operator', audioSlots: 4, mainSlots: 2, stageSlots };
}
