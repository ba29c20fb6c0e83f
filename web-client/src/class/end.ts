/** An end that is taken back: the REST side, and the interval at which a page that was sent out asks about it. */
import { ask } from '../api';
import type { ClassEnd } from '../protocol';

/** The interval between requests: a class of a hundred asks ten times a second. */
export const ASK_EVERY_MS = 10_000;

function address(lesson: string, seat: string, rest = ''): string {
  return `/api/lessons/${encodeURIComponent(lesson)}/end${rest}?as=${encodeURIComponent(seat)}`;
}

export function classEnd(lesson: string, seat: string, signal: AbortSignal): Promise<ClassEnd> {
  return ask(address(lesson, seat), { signal });
}

export async function takeEndBack(lesson: string, seat: string): Promise<void> {
  await ask(address(lesson, seat, '/take-back'), { method: 'POST' });
}
