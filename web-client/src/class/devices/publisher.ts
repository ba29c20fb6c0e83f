/**
 * The sources of this device: opens and releases microphone, camera and screen, and hands their tracks to the peer
 * connection. It asks nobody for permission; `lesson.ts` knows who may send what.
 */
import type { SourceKind } from '../../protocol';
import type { Media } from '../link/media';
import { type CameraSize, MediaError, openCamera, openMicrophone, openScreen } from './devices';

export interface LocalSource {
  /** The track that is sent now, or null. */
  track: MediaStreamTrack | null;
  /** Whether the browser is asking the person or opening the device. */
  busy: boolean;
}

export type Local = Record<SourceKind, LocalSource>;

const off: LocalSource = { track: null, busy: false };
export const allOff: Local = { mic: off, camera: off, screen: off };

/** The devices that the person prefers; null is the browser's choice. */
export interface Preferred {
  microphone: string | null;
  camera: string | null;
}

export class Publisher {
  #media: Media;
  #cameraSize: CameraSize;
  #changed: (local: Local) => void;
  #local: Local = allOff;
  /** A muted microphone stays open, so that speaking again takes no second permission and no time. */
  #idleMic: MediaStreamTrack | null = null;
  preferred: Preferred = { microphone: null, camera: null };

  constructor(media: Media, cameraSize: CameraSize, changed: (local: Local) => void) {
    this.#media = media;
    this.#cameraSize = cameraSize;
    this.#changed = changed;
  }

  get local(): Local {
    return this.#local;
  }

  /** Turns a source on; rejects with a `MediaError`. Asking twice while the browser is asking does nothing. */
  async turnOn(kind: SourceKind): Promise<void> {
    if (this.#local[kind].track || this.#local[kind].busy) return;
    this.#set(kind, { track: null, busy: true });
    try {
      const track = await this.#open(kind);
      track.addEventListener('ended', () => this.#ended(kind, track));
      await this.#media.setTrack(kind, track);
      this.#set(kind, { track, busy: false });
    } catch (error) {
      this.#set(kind, off);
      throw error instanceof MediaError ? error : new MediaError('busy', String(error));
    }
  }

  async turnOff(kind: SourceKind): Promise<void> {
    const { track } = this.#local[kind];
    if (!track) return;
    if (kind === 'mic') {
      track.enabled = false;
      this.#idleMic = track;
    } else {
      track.stop();
    }
    this.#set(kind, off);
    await this.#media.setTrack(kind, null);
  }

  /** Opens the newly preferred device in place of the one in use. */
  async reopen(kind: 'mic' | 'camera'): Promise<void> {
    const wasOn = this.#local[kind].track !== null;
    await this.turnOff(kind);
    if (kind === 'mic') this.#dropIdleMic();
    if (wasOn) await this.turnOn(kind);
  }

  /** Turns everything off, and the browser's recording sign goes out. */
  async release(): Promise<void> {
    await Promise.all([this.turnOff('mic'), this.turnOff('camera'), this.turnOff('screen')]);
    this.#dropIdleMic();
  }

  async #open(kind: SourceKind): Promise<MediaStreamTrack> {
    if (kind === 'camera') return openCamera(this.preferred.camera, this.#cameraSize);
    if (kind === 'screen') return openScreen();
    const idle = this.#idleMic;
    this.#idleMic = null;
    if (idle?.readyState === 'live') {
      idle.enabled = true;
      return idle;
    }
    return openMicrophone(this.preferred.microphone);
  }

  /** Called when the person ended the sharing in the browser's own bar, or pulled the plug. */
  #ended(kind: SourceKind, track: MediaStreamTrack): void {
    if (this.#local[kind].track === track) void this.turnOff(kind);
    if (this.#idleMic === track) this.#idleMic = null;
  }

  #dropIdleMic(): void {
    this.#idleMic?.stop();
    this.#idleMic = null;
  }

  #set(kind: SourceKind, source: LocalSource): void {
    this.#local = { ...this.#local, [kind]: source };
    this.#changed(this.#local);
  }
}
