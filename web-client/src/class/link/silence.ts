/**
 * Whether the other side of a socket still lives. A browser learns of a socket that somebody closed, but a host
 * without power, a pulled cable and a frozen process close nothing: they only fall silent. So the server sends a
 * tick every 2 s, and a socket on which no frame came for 5 s is lost.
 */
import { TICK_MS } from '../../protocol';

export interface SilenceOptions {
  /** Called once, with the length of the silence. */
  onLost: (silentMs: number) => void;
  /** The wall clock: it goes on while the device sleeps, which `performance.now()` does not everywhere. */
  now?: () => number;
}

const LOST_MS = 2.5 * TICK_MS;
/** The limit while the media is silent, too: the chance that only the socket is slow is small. */
const LOST_WITH_MEDIA_MS = 3_000;
const CHECK_MS = 500;
/** The delay of a check that shows that this page did not run meanwhile. */
const LATE_MS = 1_500;
/** The time that the server then has for one tick more: frames that it sent meanwhile may still wait to be read. */
const GRACE_MS = 3_000;

export class Silence {
  #options: SilenceOptions;
  #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #checkedAt = 0;
  /** The value of `#heardAt` that was set when the page woke up; null = not since the last frame. */
  #grantedAt: number | null = null;
  #mediaIsSilent = false;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Counts silence from now on. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.heard();
    this.#checkedAt = this.#now();
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
  }

  /** Notes that a frame came. */
  heard(): void {
    this.#heardAt = this.#now();
    this.#grantedAt = null;
  }

  /** Told that no media arrive any more, or do again. */
  mediaIsSilent(silent: boolean): void {
    this.#mediaIsSilent = silent;
    if (this.#timer !== undefined) this.#check();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const now = this.#now();
    const slept = now - this.#checkedAt > CHECK_MS + LATE_MS;
    this.#checkedAt = now;
    // A clock that was set back would make a silence of hours.
    this.#heardAt = Math.min(this.#heardAt, now);
    const lostMs = this.#mediaIsSilent ? LOST_WITH_MEDIA_MS : LOST_MS;
    // A page that slept did not listen. Only once: when nothing came between two late checks, nothing was
    // waiting.
    if (slept && this.#grantedAt === null && now - this.#heardAt > lostMs - GRACE_MS) {
      this.#grantedAt = this.#heardAt = now - (lostMs - GRACE_MS);
    }
    const silentMs = now - this.#heardAt;
    if (silentMs < lostMs) return;
    this.stop();
    this.#options.onLost(silentMs);
  }
}
