/**
 * The seats this device was signed in to, so that a used link or a plain visit can lead back to the
 * class. Names and public seat names only; the proof stays in the session cookie.
 */
import type { Me } from './protocol';

const KEY = 'live-classroom.seats';
const SEATS_MAX = 6;

export function rememberSeat(me: Me, storage: Storage = localStorage): void {
  const others = rememberedSeats(storage).filter((seat) => seat.seat !== me.seat);
  write([me, ...others].slice(0, SEATS_MAX), storage);
}

export function forgetSeat(seat: string, storage: Storage = localStorage): void {
  write(
    rememberedSeats(storage).filter((one) => one.seat !== seat),
    storage,
  );
}

export function rememberedSeats(storage: Storage = localStorage): Me[] {
  try {
    const read: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(read) ? read.filter(isMe) : [];
  } catch {
    return [];
  }
}

/** The page on which this person belongs. */
export function pageOf(me: Pick<Me, 'seat' | 'role' | 'lesson'>): string {
  const as = `?as=${encodeURIComponent(me.seat)}`;
  return me.lesson === null ? `/operator${as}` : `/lesson/${encodeURIComponent(me.lesson)}${as}`;
}

/** Where the recording of a lesson is watched. */
export function replayOf(lesson: string, seat: string): string {
  return `/replay/${encodeURIComponent(lesson)}?as=${encodeURIComponent(seat)}`;
}

/** The own account of credit hours; for staff those of a lesson, or what waits to be decided. */
export function hoursOf(seat: string, lesson: string | null = null): string {
  const path = lesson === null ? '/hours' : `/hours/${encodeURIComponent(lesson)}`;
  return `${path}?as=${encodeURIComponent(seat)}`;
}

function isMe(value: unknown): value is Me {
  return (
    typeof value === 'object' && value !== null && 'seat' in value && 'role' in value && 'lesson' in value
  );
}

function write(seats: Me[], storage: Storage): void {
  try {
    storage.setItem(KEY, JSON.stringify(seats));
  } catch {
    // Private windows may forbid storage; the link still works, only the way back is not remembered.
  }
}
