/** The voices of this moment, mixed by playing them all. */
import { useEffect, useRef } from 'react';
import type { ReplayTrack } from '../protocol';
import type { Player, PlayerView } from './player';

export function Sound({ player, view }: { player: Player; view: PlayerView }) {
  const mics = view.open.filter((track) => track.kind === 'mic');
  return (
    <div hidden>
      {mics.map((track) => (
        <TrackSound key={track.track} track={track} player={player} />
      ))}
    </div>
  );
}

function TrackSound({ track, player }: { track: ReplayTrack; player: Player }) {
  const audio = useRef<HTMLAudioElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same track with longer stretches is the same element
  useEffect(() => {
    if (audio.current) return player.attach(track, audio.current);
  }, [player, track.track]);
  // biome-ignore lint/a11y/useMediaCaption: recorded speech has no captions to offer
  return <audio ref={audio} preload="auto" />;
}
