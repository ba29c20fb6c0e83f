/**
 * The seats at which this device was signed in, so that a used link or a plain visit can lead back to the class. Names
 * and public seat names only; the proof stays in the session cookie.
 */
import type { Me } from '../protocol';
import { lessonPage, operatorPage } from '../routes';

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

/** The page to which this person belongs. */
export function pageOf(me: Pick<Me, 'seat' | 'role' | 'lesson'>): string {
  return me.lesson === null ? operatorPage(me.seat) : lessonPage(me.lesson, me.seat);
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
