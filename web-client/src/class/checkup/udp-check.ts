/**
 * Whether UDP reaches the server from here. A peer connection as in class, over the same ports, that belongs to no
 * class: it sends silence for some seconds, so that the server can count the loss, and is gone.
 */
import type { NetworkCheckBegun } from '../../protocol';

export interface UdpTrial {
  check: string;
  /** The median round trip of the connectivity checks; null when nothing came back, or the browser does not tell. */
  rttMs: number | null;
}

export interface UdpOptions {
  createPeer?: () => RTCPeerConnection;
  createSilence?: () => Silence | null;
}

/** A track to send, and the call that disposes of it. */
export interface Silence {
  track: MediaStreamTrack;
  end: () => void;
}

/** The time to connect. A class would be no pleasure on a network that needs longer. The server waits longer. */
const CONNECT_MS = 6_000;
/** The time of measuring: the server counts loss once a second, and this is two whole seconds. */
const MEASURE_MS = 2_200;
const SAMPLE_MS = 200;

/** Carries the offer to the server by `begin`, connects and measures; the server reports its own figures. */
export async function tryUdp(
  begin: (offer: string) => Promise<NetworkCheckBegun>,
  { createPeer = () => new RTCPeerConnection(), createSilence = silence }: UdpOptions = {},
): Promise<UdpTrial> {
  const quiet = createSilence();
  const peer = createPeer();
  try {
    peer.addTransceiver(quiet?.track ?? 'audio', { direction: 'sendonly' });
    await peer.setLocalDescription(await peer.createOffer());
    // As in class: the server learns our address from our checks, so there is no need to wait for candidates.
    const { check, answer } = await begin(peer.localDescription?.sdp ?? '');
    await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    const connected = await connects(peer);
    return { check, rttMs: connected ? await middleRoundTrip(peer) : null };
  } finally {
    peer.close();
    quiet?.end();
  }
}

function connects(peer: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(false), CONNECT_MS);
    const settle = (connected: boolean) => {
      clearTimeout(timer);
      peer.onconnectionstatechange = null;
      resolve(connected);
    };
    const look = () => {
      if (peer.connectionState === 'connected') settle(true);
      else if (peer.connectionState === 'failed' || peer.connectionState === 'closed') settle(false);
    };
    peer.onconnectionstatechange = look;
    look();
  });
}

/** The median round trip. `getStats` has the last one only, so it is looked at often enough to see each. */
async function middleRoundTrip(peer: RTCPeerConnection): Promise<number | null> {
  const trips: number[] = [];
  let seen = 0;
  for (let at = 0; at < MEASURE_MS; at += SAMPLE_MS) {
    const pair = selectedPair(await peer.getStats());
    const { currentRoundTripTime: rtt, responsesReceived: answers = 0 } = pair ?? {};
    if (rtt !== undefined && answers > seen) trips.push(rtt * 1000);
    seen = Math.max(seen, answers);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  const middle = trips.sort((a, b) => a - b)[Math.floor(trips.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}

/** A candidate pair; Firefox has these figures since version 142. */
type Pair = { currentRoundTripTime?: number; responsesReceived?: number };

function selectedPair(report: RTCStatsReport): Pair | null {
  for (const entry of report.values()) {
    if (entry.type === 'candidate-pair' && entry.nominated === true && entry.state === 'succeeded')
      return entry as Pair;
  }
  return null;
}

/**
 * Silence without asking for a microphone; null where the browser cannot make sound, then only the connection is
 * tried.
 */
function silence(): Silence | null {
  try {
    const context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    // Chromium sends nothing of a destination into which nothing leads (tried with 156).
    const source = context.createConstantSource();
    source.offset.value = 0;
    source.connect(destination);
    source.start();
    void context.resume().catch(() => {});
    const track = destination.stream.getAudioTracks()[0];
    const end = () => void context.close().catch(() => {});
    if (track) return { track, end };
    end();
    return null;
  } catch {
    return null;
  }
}
