/**
 * Plays a recording: keeps one clock and makes the media elements of all tracks follow it. The screen gives it
 * elements by `attach` and reads one immutable `PlayerView`.
 */
import type { Replay, ReplayTrack, Stretch } from '../protocol';
import {
  type Awaited,
  type Follower,
  follow,
  LAST_MS,
  moved,
  mustWait,
  type Playhead,
  positionOf,
} from './clock';
import { openSource, type Source, type SourceTrouble } from './source';
import { afterMissing, at, type Missing, missingOf, windowOf } from './stretches';
import { isActive, stretchFrom, wantedAt } from './tracks';

export interface PlayerView {
  positionMs: number;
  /** Whether the person wants it to play; while `waiting` it does not move all the same. */
  playing: boolean;
  waiting: boolean;
  /** Whether it is at the end of the media; while the class runs more will come. */
  atEnd: boolean;
  rate: number;
  muted: boolean;
  silenced: readonly string[];
  soundOnly: boolean;
  skips: boolean;
  /** The stretch that was skipped last, to be told. */
  skipped: Missing | null;
  trouble: SourceTrouble | null;
  /** The tracks that have an element, in the order of the recording. */
  open: readonly ReplayTrack[];
  window: Stretch;
  missing: readonly Missing[];
}

export const RATES = [0.75, 1, 1.25, 1.5, 2] as const;

const TICK_MS = 100;
/** The interval at which the screen is told while it plays. */
const TELL_MS = 250;
/** The newest part of a running class that is still being written: a picture from one keyframe to the next. */
const LIVE_EDGE_MS = 12_000;
/** The time without an answer after which the class may as well have ended. */
const GROWTH_MAX_MS = 10_000;
/** The least time between two moves of an element: every move costs a new start. */
const SEEK_EVERY_MS = 1_500;
/** The longest hole at the beginning of a stretch that is hopped over. */
const HOP_MAX_S = 1.5;
const SKIPPED_TOLD_MS = 6_000;

interface Voice {
  track: ReplayTrack;
  element: HTMLMediaElement;
  source: Source;
  seekedAtMs: number;
  /** Whether the person went elsewhere, and the element has not been moved there yet. */
  asked: boolean;
  /** The time at which it last had something to show. */
  readyAtMs: number;
  trouble: SourceTrouble | null;
}

export class Player {
  readonly mediaUrl: (track: number) => string;
  #replay: Replay;
  #view: PlayerView;
  #head: Playhead;
  #attached = new Map<number, Voice>();
  #listeners = new Set<() => void>();
  #toldAtMs = 0;
  #waitingSinceMs: number | null = null;
  #skippedAtMs = 0;
  #updatedAtMs = performance.now();
  #timer: ReturnType<typeof setInterval>;

  constructor(replay: Replay, startMs: number, soundOnly: boolean, mediaUrl: (track: number) => string) {
    this.mediaUrl = mediaUrl;
    this.#replay = replay;
    const window = windowOf(replay);
    const positionMs = at([window], startMs) ? startMs : window.from_ms;
    this.#head = { positionMs, atMs: performance.now(), rate: 1, running: false };
    this.#view = {
      positionMs,
      playing: false,
      waiting: false,
      atEnd: false,
      rate: 1,
      muted: false,
      silenced: [],
      soundOnly,
      skips: true,
      skipped: null,
      trouble: null,
      open: wantedAt(replay.tracks, positionMs, 1, soundOnly),
      window,
      missing: missingOf(replay),
    };
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  readonly view = (): PlayerView => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes more of a running class, or another trim. */
  update(replay: Replay): void {
    this.#replay = replay;
    this.#updatedAtMs = performance.now();
    const window = windowOf(replay);
    const inside = Math.min(Math.max(this.position(), window.from_ms), window.to_ms);
    if (inside !== this.position()) this.seek(inside);
    this.#change({ window, missing: missingOf(replay), atEnd: this.#view.atEnd && !replay.live });
    this.#askAgain();
  }

  /** Tries the refused media once more: the recording is still for this person. */
  #askAgain(): void {
    for (const voice of this.#attached.values()) {
      if (voice.trouble !== 'refused') continue;
      voice.trouble = 'network';
      voice.source.again();
    }
    this.#tellTrouble();
  }

  position(): number {
    return positionOf(this.#head, performance.now());
  }

  play(): void {
    if (this.#view.atEnd && !this.#replay.live) this.seek(this.#view.window.from_ms);
    this.#change({ playing: true });
    this.#tick();
  }

  pause(): void {
    this.#turn(false);
    this.#change({ playing: false, waiting: false, positionMs: this.position() });
    this.#tick();
  }

  toggle(): void {
    if (this.#view.playing) this.pause();
    else this.play();
  }

  seek(toMs: number): void {
    const { from_ms, to_ms } = this.#view.window;
    const positionMs = Math.min(Math.max(toMs, from_ms), to_ms);
    this.#head = moved(this.#head, performance.now(), { positionMs });
    for (const voice of this.#attached.values()) {
      voice.seekedAtMs = 0;
      voice.asked = true;
    }
    this.#change({ positionMs, atEnd: false, skipped: null });
    this.#tick();
  }

  setRate(rate: number): void {
    this.#head = moved(this.#head, performance.now(), { rate });
    this.#change({ rate });
  }

  set(change: Partial<Pick<PlayerView, 'muted' | 'silenced' | 'soundOnly' | 'skips'>>): void {
    this.#change(change);
    this.#tick();
  }

  /** Gives a track its element; the returned call takes it back. */
  attach(track: ReplayTrack, element: HTMLMediaElement): () => void {
    const startMs = Math.max(this.position(), stretchFrom(track, this.position())?.from_ms ?? 0);
    const readyAtMs = performance.now();
    const voice: Voice = {
      track,
      element,
      seekedAtMs: 0,
      asked: false,
      readyAtMs,
      trouble: null,
      source: undefined as never,
    };
    voice.source = openSource(element, this.mediaUrl(track.track), startMs, (trouble) => {
      voice.trouble = trouble;
      this.#tellTrouble();
    });
    this.#attached.set(track.track, voice);
    return () => {
      this.#attached.delete(track.track);
      element.pause();
      voice.source.close();
      this.#tellTrouble();
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#skip(nowMs);
    this.#stopAtEnd();
    const position = this.position();
    const active = [...this.#attached.values()].filter(({ track }) => isActive(this.#now(track), position));
    const waiting = !this.#view.atEnd && this.#mustWait(active, position, nowMs);
    this.#turn(this.#view.playing && !this.#view.atEnd && !waiting);
    for (const voice of this.#attached.values()) {
      if (active.includes(voice)) this.#lead(voice, nowMs);
      else this.#prepare(voice, position, nowMs);
    }
    this.#tell(waiting, nowMs);
  }

  /** The track as of the last answer: while the class runs, its stretches grow. */
  #now(track: ReplayTrack): ReplayTrack {
    return this.#replay.tracks.find((one) => one.track === track.track) ?? track;
  }

  #skip(nowMs: number): void {
    const { skips, missing, playing, window } = this.#view;
    if (!skips || !playing) return;
    const position = this.position();
    const hole = at(missing, position);
    if (!hole) return;
    const positionMs = Math.min(afterMissing(missing, position), window.to_ms);
    this.#head = moved(this.#head, nowMs, { positionMs });
    this.#skippedAtMs = nowMs;
    this.#change({ skipped: hole, positionMs });
  }

  #stopAtEnd(): void {
    const { atEnd } = this.#view;
    const endMs = this.#endMs();
    const beyond = this.position() >= endMs;
    if (beyond === atEnd) return;
    if (!beyond) return this.#change({ atEnd: false });
    this.#turn(false);
    this.#change({ atEnd: true });
    if (this.#replay.live) return this.setRate(1); // Caught up: from here on at the speed of the class.
    this.#head = moved(this.#head, performance.now(), { positionMs: endMs });
    this.#change({ playing: false, positionMs: endMs });
  }

  /** The place to stop: a running class grows between two answers, but its newest seconds are not there yet. */
  #endMs(): number {
    const { window } = this.#view;
    if (!this.#replay.live) return window.to_ms;
    const grownMs = Math.min(performance.now() - this.#updatedAtMs, GROWTH_MAX_MS);
    return Math.max(window.from_ms, window.to_ms + grownMs - LIVE_EDGE_MS);
  }

  #mustWait(active: Voice[], position: number, nowMs: number): boolean {
    const elements = active.map((voice): Awaited => {
      const ready = this.#rest(voice, position) < LAST_MS || isReady(voice.element);
      const asleep = document.visibilityState === 'hidden' && voice.track.kind !== 'mic';
      return { ready, needed: !asleep && voice.trouble !== 'codec' };
    });
    // Elements that are wanted now but have not been made yet are on their way.
    const waits = mustWait(elements, this.#waitingSinceMs === null ? 0 : nowMs - this.#waitingSinceMs);
    const late = elements.some((one) => one.needed && !one.ready);
    this.#waitingSinceMs = late ? (this.#waitingSinceMs ?? nowMs) : null;
    return waits;
  }

  #turn(running: boolean): void {
    if (this.#head.running !== running) this.#head = moved(this.#head, performance.now(), { running });
  }

  #lead(voice: Voice, nowMs: number): void {
    const { element } = voice;
    const position = this.position();
    const { muted, silenced, rate } = this.#view;
    const silent = voice.track.kind !== 'mic' || muted || silenced.includes(voice.track.name);
    if (element.muted !== silent) element.muted = silent;
    const order = follow(position, this.#head.running, rate, this.#followerOf(voice, position));
    if (order.seekToMs !== null) this.#moveTo(voice, order.seekToMs, nowMs);
    else voice.asked = false;
    if (element.playbackRate !== order.rate) element.playbackRate = order.rate;
    if (order.play && element.paused) element.play().catch((error: unknown) => this.#refused(error));
    else if (!order.play && !element.paused) element.pause();
  }

  /** Places a track at the beginning of its next stretch, where it loads. */
  #prepare(voice: Voice, position: number, nowMs: number): void {
    const { element } = voice;
    if (!element.paused) element.pause();
    const next = stretchFrom(this.#now(voice.track), position);
    if (!next) return;
    const { atMs, hopToMs } = this.#followerOf(voice, position);
    if (hopToMs !== null) this.#moveTo(voice, hopToMs, nowMs);
    else if (Math.abs(atMs - next.from_ms) > HOP_MAX_S * 1000) this.#moveTo(voice, next.from_ms, nowMs);
  }

  #moveTo(voice: Voice, toMs: number, nowMs: number): void {
    if (nowMs - voice.seekedAtMs < SEEK_EVERY_MS || voice.element.readyState === 0) return;
    voice.seekedAtMs = nowMs;
    voice.asked = false;
    voice.element.currentTime = Math.max(0, (toMs - voice.source.offsetMs()) / 1000);
  }

  #rest({ track }: Voice, position: number): number {
    return (at(this.#now(track).stretches, position)?.to_ms ?? position) - position;
  }

  #followerOf(voice: Voice, position: number): Follower {
    const { element, source } = voice;
    const nowMs = performance.now();
    if (isReady(element)) voice.readyAtMs = nowMs;
    return {
      atMs: element.currentTime * 1000 + source.offsetMs(),
      paused: element.paused,
      seeking: element.seeking,
      ready: isReady(element),
      hopToMs: hopOf(element, source.offsetMs()),
      asked: voice.asked,
      stuckMs: nowMs - Math.max(voice.readyAtMs, voice.seekedAtMs),
      rate: element.playbackRate,
      restMs: this.#rest(voice, position),
    };
  }

  /** Called when the browser wants a touch first. */
  #refused(error: unknown): void {
    if (error instanceof DOMException && error.name === 'NotAllowedError') this.pause();
  }

  #tellTrouble(): void {
    const troubles = [...this.#attached.values()].map((voice) => voice.trouble);
    const trouble = (['refused', 'network', 'codec'] as const).find((one) => troubles.includes(one)) ?? null;
    if (trouble !== this.#view.trouble) this.#change({ trouble });
  }

  #tell(waiting: boolean, nowMs: number): void {
    const { rate, soundOnly, open, skipped } = this.#view;
    const positionMs = this.position();
    const wanted = wantedAt(this.#replay.tracks, positionMs, rate, soundOnly);
    const same = wanted.length === open.length && wanted.every((one, i) => one.track === open[i]?.track);
    if (waiting !== this.#view.waiting || !same) this.#change({ waiting, open: same ? open : wanted });
    if (skipped && nowMs - this.#skippedAtMs > SKIPPED_TOLD_MS) this.#change({ skipped: null });
    if (positionMs === this.#view.positionMs || nowMs - this.#toldAtMs < TELL_MS) return;
    this.#toldAtMs = nowMs;
    this.#change({ positionMs });
  }

  #change(change: Partial<PlayerView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function isReady(element: HTMLMediaElement): boolean {
  return element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !element.seeking;
}

/** The place where media begin shortly after a place that has none. */
function hopOf({ buffered, currentTime, readyState }: HTMLMediaElement, offsetMs: number): number | null {
  if (readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) return null;
  for (let i = 0; i < buffered.length; i += 1) {
    const start = buffered.start(i);
    if (start <= currentTime && currentTime < buffered.end(i) - 0.1) return null;
    if (start > currentTime && start - currentTime <= HOP_MAX_S) return start * 1000 + offsetMs + 5;
  }
  return null;
}
