/** The replay's side of the REST interface. */
import { ask } from '../api';
import { at } from '../base/path';
import type { Course, DownloadState, Replay, WatchAnswer, Watched } from '../protocol';

export interface Place {
  lesson: string;
  /** The seat; null = a visitor without a name watches a course that is open to everybody. */
  seat: string | null;
}

function address({ lesson, seat }: Place, rest = ''): string {
  return `/api/replay/${encodeURIComponent(lesson)}${rest}${as(seat)}`;
}

function as(seat: string | null): string {
  return seat === null ? '' : `?as=${encodeURIComponent(seat)}`;
}

export function replayAt(place: Place, signal: AbortSignal): Promise<Replay> {
  return ask(address(place), { signal });
}

export function tellWatched(place: Place, watched: Watched, leaving: boolean): Promise<WatchAnswer> {
  const body = JSON.stringify(watched);
  return ask(address(place, '/watched'), { method: 'POST', body, keepalive: leaving });
}

export function publishCourse(place: Place, course: Course): Promise<unknown> {
  return ask(address(place, '/course'), { method: 'PUT', body: JSON.stringify(course) });
}

export function takeBackCourse(place: Place): Promise<unknown> {
  return ask(address(place, '/course'), { method: 'DELETE' });
}

export function downloadState(place: Place, signal: AbortSignal): Promise<DownloadState> {
  return ask(address(place, '/download'), { signal });
}

export function startDownload(place: Place): Promise<DownloadState> {
  return ask(address(place, '/download'), { method: 'POST' });
}

export function playlistOf(recording: string, track: number, seat: string | null): string {
  return at(`/media/${encodeURIComponent(recording)}/${track}.m3u8${as(seat)}`);
}
