/** One picture with its name. The element is muted: all sound comes from `AudioOut`. */
import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Props {
  stream: MediaStream;
  name: string;
  speaking?: boolean;
  mirrored?: boolean;
  /** Whether the picture must be seen whole, as a shared screen must; a face may be cut at the edges. */
  whole?: boolean;
  /** The number of the receiving slot, for measuring the size at which it is shown. */
  slot?: number | null;
  /** The reason why it may stay dark; shown while nothing has arrived. */
  dark?: string | null;
  children?: ReactNode;
}

export function VideoTile({
  stream,
  name,
  speaking = false,
  mirrored = false,
  whole = false,
  slot = null,
  dark = null,
  children,
}: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const arrives = useArrives(stream);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    element.play().catch(() => {}); // Muted pictures may always play; an abort means we are leaving.
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  const classes = `tile${speaking ? ' speaking' : ''}${mirrored ? ' mirrored' : ''}${whole ? ' whole' : ''}`;
  return (
    <figure className={classes} data-slot={slot ?? undefined}>
      <video ref={video} muted playsInline autoPlay aria-label={name} />
      {dark && !arrives && <p className="tile-dark">{dark}</p>}
      <figcaption>{name}</figcaption>
      {children}
    </figure>
  );
}

/** Whether anything was received of a picture: browsers mute a track until then. */
function useArrives(stream: MediaStream): boolean {
  const [track] = stream.getVideoTracks();
  const [muted, setMuted] = useState(track?.muted ?? true);
  useEffect(() => {
    if (!track) return;
    const tell = () => setMuted(track.muted);
    tell();
    track.addEventListener('mute', tell);
    track.addEventListener('unmute', tell);
    return () => {
      track.removeEventListener('mute', tell);
      track.removeEventListener('unmute', tell);
    };
  }, [track]);
  return !muted;
}

/** A single local track as a stream that stays the same while the track does. */
export function useTrackStream(track: MediaStreamTrack | null): MediaStream | null {
  const kept = useRef<{ track: MediaStreamTrack; stream: MediaStream } | null>(null);
  if (!track) return null;
  if (kept.current?.track !== track) kept.current = { track, stream: new MediaStream([track]) };
  return kept.current.stream;
}
