/** The place where this device stopped, for viewers for whom the server keeps no progress. */
import type { Progress } from '../protocol';

const KEY = 'live-classroom.replay.';
/** The distance from the end below which watching begins anew. */
const NEAR_END_MS = 10_000;

export function rememberPosition(
  recording: string,
  positionMs: number,
  storage: Storage = localStorage,
): void {
  try {
    storage.setItem(KEY + recording, String(Math.round(positionMs)));
  } catch {
    // Storage is forbidden: the next visit begins at the beginning.
  }
}

/** The place to resume at; the server's word goes before this device's. */
export function resumeAt(
  recording: string,
  progress: Progress | null,
  endMs: number,
  storage: Pick<Storage, 'getItem'> = localStorage,
): number {
  const position = progress && progress.position_ms > 0 ? progress.position_ms : kept(recording, storage);
  return position < endMs - NEAR_END_MS ? position : 0;
}

function kept(recording: string, storage: Pick<Storage, 'getItem'>): number {
  try {
    const read = Number(storage.getItem(KEY + recording) ?? 0);
    return Number.isFinite(read) && read > 0 ? read : 0;
  } catch {
    return 0;
  }
}
