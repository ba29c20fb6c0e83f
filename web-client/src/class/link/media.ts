/**
 * The one peer connection to the server. One offer, one answer, then nothing: going on stage or
 * switching a device is `replaceTrack`, and what a slot shows is told by signalling.
 * A connection that failed is replaced by a new one with the same tracks.
 */
import type { SourceKind } from '../../protocol';

/** The sections of the offer; their order is the contract with the server. */
export interface MediaPlan {
  publish: boolean;
  audioSlots: number;
  mainSlots: number;
  stageSlots: number;
}

/** The incoming media: one stream per slot, the same for the life of a peer connection. */
export interface Incoming {
  audio: MediaStream[];
  main: MediaStream[];
  stage: MediaStream[];
}

export type MediaStatus = 'idle' | 'connecting' | 'connected' | 'interrupted';

export interface MediaOptions {
  plan: MediaPlan;
  /** Carries the offer to the server and brings the answer back. */
  exchange: (offer: string) => Promise<string>;
  onStatus: (status: MediaStatus) => void;
  /** Called when nothing arrives any more, not even answers to the browser's checks, and when it does again. */
  onSilent?: (silent: boolean) => void;
  onIncoming: (incoming: Incoming) => void;
  createPeer?: () => RTCPeerConnection;
}

/** The time within which a phone that changes networks often recovers by itself. */
const DISCONNECTED_MS_MAX = 5_000;
const CONNECTING_MS_MAX = 12_000;

const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const SCREEN_LAYERS: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }];

export class Media {
  #options: MediaOptions;
  #peer: RTCPeerConnection | null = null;
  #senders = new Map<SourceKind, RTCRtpSender>();
  #tracks = new Map<SourceKind, MediaStreamTrack>();
  #status: MediaStatus = 'idle';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MediaOptions) {
    this.#options = options;
  }

  get status(): MediaStatus {
    return this.#status;
  }

  /** The sources that are attached for sending now. */
  get kinds(): SourceKind[] {
    return [...this.#tracks.keys()];
  }

  /**
   * Replaces the peer connection by a fresh one and makes the one exchange. Rejects with what
   * `exchange` rejected with, or when the answer does not fit; the status is then `interrupted`.
   */
  async connect(): Promise<void> {
    this.#dropPeer();
    const peer = this.#options.createPeer?.() ?? new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.#peer = peer;
    this.#setStatus('connecting');
    this.#expect(CONNECTING_MS_MAX);
    peer.onconnectionstatechange = () => this.#stateChanged(peer);
    try {
      this.#addSections(peer);
      await peer.setLocalDescription(await peer.createOffer());
      // The server is ICE-lite and learns our address from our checks: no need to wait for candidates.
      const answer = await this.#options.exchange(peer.localDescription?.sdp ?? '');
      if (this.#peer !== peer) return;
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    } catch (error) {
      if (this.#peer !== peer) return;
      this.#interrupted();
      throw error;
    }
  }

  /** Sends this track from now on (or nothing), also over every later connection. */
  async setTrack(kind: SourceKind, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.#tracks.set(kind, track);
    else this.#tracks.delete(kind);
    await this.#senders.get(kind)?.replaceTrack(track);
  }

  stats(): Promise<RTCStatsReport> | null {
    return this.#peer?.getStats() ?? null;
  }

  close(): void {
    this.#dropPeer();
    this.#tracks.clear();
    this.#setStatus('idle');
  }

  #addSections(peer: RTCPeerConnection): void {
    const { plan } = this.#options;
    this.#senders.clear();
    if (plan.publish) {
      this.#addSender(peer, 'mic', 'audio', []);
      this.#addSender(peer, 'camera', 'video', CAMERA_LAYERS);
      this.#addSender(peer, 'screen', 'video', SCREEN_LAYERS);
    }
    this.#options.onIncoming({
      audio: addReceivers(peer, 'audio', plan.audioSlots),
      main: addReceivers(peer, 'video', plan.mainSlots),
      stage: addReceivers(peer, 'video', plan.stageSlots),
    });
  }

  #addSender(
    peer: RTCPeerConnection,
    kind: SourceKind,
    type: 'audio' | 'video',
    layers: RTCRtpEncodingParameters[],
  ): void {
    // Chromium keeps the object it is given, so every connection gets a copy of its own.
    const sendEncodings = layers.map((layer) => ({ ...layer }));
    const transceiver = peer.addTransceiver(type, { direction: 'sendonly', sendEncodings });
    if (type === 'video') preferCodecs(transceiver, RTCRtpSender);
    this.#senders.set(kind, transceiver.sender);
    const track = this.#tracks.get(kind);
    if (track) void transceiver.sender.replaceTrack(track);
  }

  #stateChanged(peer: RTCPeerConnection): void {
    if (this.#peer !== peer) return;
    console.info('media:', peer.connectionState);
    switch (peer.connectionState) {
      case 'connected':
        clearTimeout(this.#timer);
        this.#options.onSilent?.(false);
        return this.#setStatus('connected');
      case 'disconnected':
        this.#options.onSilent?.(true);
        return this.#expect(DISCONNECTED_MS_MAX);
      case 'failed':
      case 'closed':
        return this.#interrupted();
    }
  }

  /** Gives the connection this long to become good; then it counts as interrupted. */
  #expect(withinMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#interrupted(), withinMs);
  }

  #interrupted(): void {
    clearTimeout(this.#timer);
    this.#setStatus('interrupted');
  }

  #dropPeer(): void {
    clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = null;
    this.#senders.clear();
    if (!peer) return;
    peer.onconnectionstatechange = null;
    peer.close();
    this.#options.onSilent?.(false);
  }

  #setStatus(status: MediaStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

function addReceivers(peer: RTCPeerConnection, type: 'audio' | 'video', count: number): MediaStream[] {
  return Array.from({ length: count }, () => {
    const transceiver = peer.addTransceiver(type, { direction: 'recvonly' });
    if (type === 'video') preferCodecs(transceiver, RTCRtpReceiver);
    return new MediaStream([transceiver.receiver.track]);
  });
}

// H.264 first: every browser has it and phones have it in hardware. The rest stays offered, because
// others pass through live. Repair formats that the server does not forward only make the offer long.
const ORDER = ['video/h264', 'video/vp8', 'video/vp9', 'video/av1', 'video/rtx'];

interface Capable {
  getCapabilities?(kind: string): RTCRtpCapabilities | null;
}

function preferCodecs(transceiver: RTCRtpTransceiver, side: Capable): void {
  const codecs = side.getCapabilities?.('video')?.codecs ?? [];
  const known = codecs.filter((codec) => ORDER.includes(codec.mimeType.toLowerCase()));
  if (known.length === 0) return;
  try {
    transceiver.setCodecPreferences?.(sortCodecs(known));
  } catch {
    // Older browsers accept only the receiver's list; their own order then stands.
  }
}

/** The codecs with H.264 first, among its profiles the one that every phone decodes; the rest in the order above. */
export function sortCodecs<C extends { mimeType: string; sdpFmtpLine?: string }>(codecs: C[]): C[] {
  return [...codecs].sort((a, b) => codecRank(a) - codecRank(b));
}

/**
 * Whether this browser plays H.264, in which nearly every class is sent. A fresh Firefox has to load it first, and
 * some networks do not let it.
 */
export function playsH264(): boolean {
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs;
  return codecs?.some(({ mimeType }) => mimeType.toLowerCase() === 'video/h264') ?? true;
}

function codecRank(codec: { mimeType: string; sdpFmtpLine?: string }): number {
  const line = codec.sdpFmtpLine ?? '';
  const singleNal = codec.mimeType.toLowerCase() === 'video/h264' && !line.includes('packetization-mode=1');
  const baseline = line.includes('profile-level-id=42e0');
  return ORDER.indexOf(codec.mimeType.toLowerCase()) * 10 + (singleNal ? 5 : 0) + (baseline ? 0 : 1);
}
