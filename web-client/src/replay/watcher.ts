/** Reports watched stretches to the server, one heartbeat at a time, and keeps its answers. */
import { ApiProblem } from '../api';
import type { Progress, Stretch, WatchAnswer } from '../protocol';
import * as heartbeat from './heartbeat';
import type { Player } from './player';

export interface WatcherView {
  progress: Progress;
  /** Whether the server took less than was watched. */
  cut: boolean;
  /** Whether heartbeats do not arrive; they are sent again with the next. */
  unheard: boolean;
}

/** The movement between two looks above which the position has jumped. */
const JUMP_MS = 2_500;

export type Tell = (beat: Stretch, answer: string | null, leaving: boolean) => Promise<WatchAnswer>;

export class Watcher {
  #player: Player;
  #tell: Tell;
  #view: WatcherView;
  #watching = heartbeat.notWatching;
  #lastMs = 0;
  #listeners = new Set<() => void>();
  #sending: Promise<void> = Promise.resolve();
  #cleanups: (() => void)[];

  constructor(player: Player, progress: Progress, tell: Tell) {
    this.#player = player;
    this.#tell = tell;
    this.#view = { progress, cut: false, unheard: false };
    const left = () => this.#stop(true);
    window.addEventListener('pagehide', left);
    this.#cleanups = [
      player.subscribe(() => this.#look()),
      () => window.removeEventListener('pagehide', left),
    ];
  }

  readonly view = (): WatcherView => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Confirms that the person is here. */
  confirm(): void {
    const position = Math.round(this.#player.position());
    this.#send({ from_ms: position, to_ms: position }, this.#view.progress.check);
    this.#watching = heartbeat.notWatching;
    this.#look();
  }

  close(): void {
    this.#stop(true);
    for (const cleanup of this.#cleanups) cleanup();
  }

  #look(): void {
    const { playing, waiting, atEnd } = this.#player.view();
    const position = this.#player.position();
    const now = performance.now();
    const jumped = this.#watching.fromMs !== null && Math.abs(position - this.#lastMs) > JUMP_MS;
    if (!playing || atEnd || jumped) this.#stop(false);
    if (playing && !atEnd && !waiting) {
      if (this.#watching.fromMs === null) this.#take(heartbeat.begin(position, now));
      else this.#take(heartbeat.tick(this.#watching, position, now));
    }
    this.#lastMs = position;
  }

  #stop(leaving: boolean): void {
    this.#take(heartbeat.end(this.#watching, this.#lastMs), leaving);
  }

  #take({ watching, beat }: heartbeat.Step, leaving = false): void {
    this.#watching = watching;
    if (beat) this.#send(beat, null, leaving);
  }

  /** Sends one heartbeat after the other: the server reckons with the time between two. */
  #send(beat: Stretch, answer: string | null, leaving = false): void {
    const send = async () => {
      try {
        const { progress, cut } = await this.#tell(beat, answer, leaving);
        this.#change({ progress, cut, unheard: false });
      } catch (error) {
        console.info('replay: a heartbeat was lost', error);
        this.#change({ unheard: !(error instanceof ApiProblem && error.code === 'too_fast') });
      }
    };
    // A page that closes has no time to wait for an answer.
    if (leaving) void send();
    else this.#sending = this.#sending.then(send);
  }

  #change(change: Partial<WatcherView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
