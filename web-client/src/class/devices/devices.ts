/** Cameras, microphones and screens of this device. Every failure is a `MediaError` with words to come. */

export type MediaTrouble = 'denied' | 'busy' | 'missing' | 'insecure' | 'cancelled' | 'unsupported';

export class MediaError extends Error {
  readonly reason: MediaTrouble;
  constructor(reason: MediaTrouble, message = reason as string) {
    super(message);
    this.reason = reason;
  }
}

export interface Choice {
  id: string;
  label: string;
}

export interface Choices {
  microphones: Choice[];
  cameras: Choice[];
}

/** The picture that is asked of a camera; phones heat up on more than this. */
export type CameraSize = 'teacher' | 'stage';

const CAMERA: Record<CameraSize, MediaTrackConstraints> = {
  teacher: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } },
  stage: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 24 } },
};

export async function openMicrophone(deviceId: string | null): Promise<MediaStreamTrack> {
  const audio: MediaTrackConstraints = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...chosen(deviceId),
  };
  return firstTrack(await ask(() => mediaDevices().getUserMedia({ audio })));
}

export async function openCamera(deviceId: string | null, size: CameraSize): Promise<MediaStreamTrack> {
  const video: MediaTrackConstraints = { ...CAMERA[size], ...chosen(deviceId) };
  return firstTrack(await ask(() => mediaDevices().getUserMedia({ video })));
}

/** Asks the person for a screen, a window or a tab; text must stay sharp, so the frame rate gives way first. */
export async function openScreen(): Promise<MediaStreamTrack> {
  const devices = mediaDevices();
  if (!canShareScreen()) throw new MediaError('unsupported');
  const video = { frameRate: { ideal: 15, max: 30 }, width: { max: 1920 }, height: { max: 1200 } };
  const stream = await devices.getDisplayMedia({ video, audio: false }).catch((error: unknown) => {
    throw troubleOf(error) === 'denied' ? new MediaError('cancelled') : new MediaError(troubleOf(error));
  });
  const track = firstTrack(stream);
  track.contentHint = 'detail';
  return track;
}

export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

/** The devices. Names are empty until the person has allowed a device once; callers ask again after opening one. */
export async function listDevices(): Promise<Choices> {
  const all = await mediaDevices().enumerateDevices();
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { microphones: of('audioinput'), cameras: of('videoinput') };
}

/** Calls `changed` when a device was plugged in or out; returns the call that stops it. */
export function watchDevices(changed: () => void): () => void {
  const devices = navigator.mediaDevices;
  devices?.addEventListener('devicechange', changed);
  return () => devices?.removeEventListener('devicechange', changed);
}

/** Reports the loudness of a track, 0 to 1, some fifteen times a second; returns the call that stops it. */
export function watchLevel(track: MediaStreamTrack, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    report(levelOf(samples));
  }, 66);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}

/** The root mean square on a scale that ears would agree with: -60 dB is silence, -6 dB is full. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibel = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibel + 60) / 54));
}

function mediaDevices(): MediaDevices {
  // Browsers hide the devices from pages that came over plain HTTP.
  if (!navigator.mediaDevices) throw new MediaError('insecure');
  return navigator.mediaDevices;
}

function chosen(deviceId: string | null): MediaTrackConstraints {
  return deviceId ? { deviceId: { ideal: deviceId } } : {};
}

function firstTrack(stream: MediaStream): MediaStreamTrack {
  const track = stream.getTracks()[0];
  if (!track) throw new MediaError('missing');
  return track;
}

async function ask(open: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof MediaError ? error : new MediaError(troubleOf(error), String(error));
  }
}

/** The trouble, in our words, for an error name of a browser. */
export function troubleOf(error: unknown): MediaTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotSupportedError') return 'unsupported';
  return 'busy';
}
