/** The tracks that matter at a moment, with the one that is the main picture. Pure. */
import type { Replay, ReplayTrack, Stretch } from '../protocol';
import { at } from './stretches';

/** The time by which a track is opened before it begins, so that it begins without a halt. */
const LOOKAHEAD_MS = 12_000;
/** The most small pictures beside the main one; more would make a phone's decoder stumble. */
const PICTURES_MAX = 4;

/** The tracks to keep open at a moment. */
export function wantedAt(
  tracks: readonly ReplayTrack[],
  positionMs: number,
  rate: number,
  soundOnly: boolean,
): ReplayTrack[] {
  const until = positionMs + LOOKAHEAD_MS * Math.max(1, rate);
  return tracks.filter(
    (track) =>
      (track.kind === 'mic' || !soundOnly) &&
      track.stretches.some((one) => one.from_ms < until && positionMs < one.to_ms),
  );
}

export function isActive(track: ReplayTrack, positionMs: number): boolean {
  return at(track.stretches, positionMs) !== null;
}

/** The stretch at this moment, else the next one. */
export function stretchFrom(track: ReplayTrack, positionMs: number): Stretch | null {
  return track.stretches.find((one) => positionMs < one.to_ms) ?? null;
}

/** The pictures of this moment, the main one first: the instructor's screen, then the camera, then the stage. */
export function picturesAt(tracks: readonly ReplayTrack[], positionMs: number): ReplayTrack[] {
  const rank = (track: ReplayTrack) =>
    (track.kind === 'screen' ? 0 : 2) + (track.role === 'instructor' ? 0 : 1);
  return tracks
    .filter((track) => track.kind !== 'mic' && isActive(track, positionMs))
    .sort((a, b) => rank(a) - rank(b) || b.track - a.track)
    .slice(0, PICTURES_MAX);
}

/**
 * The longest opening that is skipped: up to here the sound before the first picture is the sound of a start, and
 * nobody misses it.
 */
const OPENING_MS_MAX = 10_000;

/** The place where watching from the beginning begins: with a picture, unless much is said before there is one. */
export function openingAt(tracks: readonly ReplayTrack[], window: Stretch): number {
  const first = (of: readonly ReplayTrack[]) => {
    const starts = of.flatMap((track) => {
      const next = stretchFrom(track, window.from_ms);
      return next && next.from_ms < window.to_ms ? [Math.max(next.from_ms, window.from_ms)] : [];
    });
    return starts.length > 0 ? Math.min(...starts) : null;
  };
  const anything = first(tracks);
  const picture = first(tracks.filter((track) => track.kind !== 'mic'));
  if (anything === null || picture === null) return window.from_ms;
  return picture - anything <= OPENING_MS_MAX ? picture : anything;
}

/** The voice of one person: all microphone tracks of the name. */
export interface Voice {
  name: string;
  role: ReplayTrack['role'];
  /** Whether it has sound at this moment. */
  present: boolean;
}

export function voicesAt(replay: Replay, positionMs: number): Voice[] {
  const voices = new Map<string, Voice>();
  for (const track of replay.tracks) {
    if (track.kind !== 'mic') continue;
    const present = isActive(track, positionMs) || (voices.get(track.name)?.present ?? false);
    voices.set(track.name, { name: track.name, role: track.role, present });
  }
  return [...voices.values()];
}
