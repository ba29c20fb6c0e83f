/** The main picture and the others of this moment. Elements stay in their place; only their size changes. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { FullscreenButton } from '../kit/fullscreen';
import { Icon } from '../kit/icons';
import type { Replay, ReplayTrack } from '../protocol';
import type { Player, PlayerView } from './player';
import { useReplayText } from './text';
import { picturesAt } from './tracks';

interface Props {
  replay: Replay;
  player: Player;
  view: PlayerView;
  /** The element that fills the screen in full screen: the pictures with their controls. */
  frame: RefObject<HTMLDivElement | null>;
}

export function Pictures({ replay, player, view, frame }: Props) {
  const r = useReplayText();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = view.soundOnly ? [] : picturesAt(replay.tracks, view.positionMs);
  const main = shown.find((track) => keyOf(track) === chosen) ?? shown[0];
  const open = view.open.filter((track) => track.kind !== 'mic');
  const nameOf = (track: ReplayTrack) =>
    track.kind === 'screen' ? r.pictures.screenOf(track.name) : track.name;
  const place = (track: ReplayTrack) => {
    const index = shown.findIndex((one) => one.track === track.track);
    return index < 0 ? 'away' : track.track === main?.track ? 'main' : 'side';
  };
  return (
    <section className={shown.length > 1 ? 'pictures several' : 'pictures'} aria-label={r.pictures.area}>
      {open.map((track) => (
        <figure key={track.track} className={`tile whole ${place(track)}`} hidden={place(track) === 'away'}>
          <TrackVideo track={track} player={player} name={nameOf(track)} />
          <figcaption>{nameOf(track)}</figcaption>
          {place(track) === 'side' && (
            <button
              type="button"
              className="tile-cover"
              aria-label={r.pictures.swap(nameOf(track))}
              title={r.pictures.swap(nameOf(track))}
              onClick={() => setChosen(keyOf(track))}
            />
          )}
        </figure>
      ))}
      {!main && (
        <div className="stage-empty main">
          <Icon name={view.soundOnly ? 'sound' : 'cameraOff'} />
          <p>{view.soundOnly ? r.pictures.soundOnly : r.pictures.none}</p>
        </div>
      )}
      {main && (
        // Lies over the main picture: a press there plays and pauses, as everywhere on the web.
        <button
          type="button"
          className="press-area main"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => player.toggle()}
          onDoubleClick={() => frame.current?.requestFullscreen?.().catch(() => {})}
        />
      )}
      {view.waiting && (
        <p className="waiting main" role="status">
          {r.controls.waiting}
        </p>
      )}
      {main && <FullscreenButton target={() => frame.current} />}
    </section>
  );
}

/** The key of a picture, its person and its kind: a choice holds when the stream begins anew. */
function keyOf(track: ReplayTrack): string {
  return `${track.kind} ${track.role} ${track.name}`;
}

function TrackVideo({ track, player, name }: { track: ReplayTrack; player: Player; name: string }) {
  const video = useRef<HTMLVideoElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same track with longer stretches is the same element
  useEffect(() => {
    if (video.current) return player.attach(track, video.current);
  }, [player, track.track]);
  return <video ref={video} muted playsInline preload="auto" aria-label={name} />;
}
