/** The player and the watcher of a replay, as React sees them. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Replay } from '../protocol';
import { type Place, playlistOf, tellWatched } from './api';
import { Player, type PlayerView } from './player';
import { rememberPosition, resumeAt } from './resume';
import { windowOf } from './stretches';
import { openingAt } from './tracks';
import { Watcher, type WatcherView } from './watcher';

const REMEMBER_EVERY_MS = 5_000;

export function usePlayer(
  place: Place,
  replay: Replay,
  soundOnly: boolean,
): [Player | null, PlayerView | null] {
  const [player, setPlayer] = useState<Player | null>(null);
  const { recording } = replay;

  // biome-ignore lint/correctness/useExhaustiveDependencies: news of the same recording go to the same player
  useEffect(() => {
    const resumed = resumeAt(recording, replay.progress, replay.duration_ms);
    const startMs = resumed > 0 ? resumed : openingAt(replay.tracks, windowOf(replay));
    const made = new Player(replay, startMs, soundOnly, (track) => playlistOf(recording, track, place.seat));
    setPlayer(made);
    const remember = () => rememberPosition(recording, made.position());
    const timer = setInterval(remember, REMEMBER_EVERY_MS);
    window.addEventListener('pagehide', remember);
    return () => {
      clearInterval(timer);
      window.removeEventListener('pagehide', remember);
      remember();
      made.close();
    };
  }, [recording, place]);

  useEffect(() => player?.update(replay), [player, replay]);

  const view = useSyncExternalStore(player?.subscribe ?? never, player?.view ?? nothing);
  return [player, view];
}

export function useWatcher(
  place: Place,
  replay: Replay,
  player: Player | null,
): [Watcher | null, WatcherView | null] {
  const [watcher, setWatcher] = useState<Watcher | null>(null);
  const counts = replay.progress !== null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first progress is where it begins; later ones come as answers
  useEffect(() => {
    if (!player || !replay.progress) return;
    const made = new Watcher(player, replay.progress, (beat, answer, leaving) =>
      tellWatched(place, { ...beat, answer }, leaving),
    );
    setWatcher(made);
    return () => made.close();
  }, [player, counts, place]);

  const view = useSyncExternalStore(watcher?.subscribe ?? never, watcher?.view ?? nothing);
  return [watcher, view];
}

const never = () => () => {};
const nothing = () => null;
