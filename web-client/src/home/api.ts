/** The home page's side of the REST interface: the page itself, the calendar, help. */
import { ask, askAs } from '../api';
import type { CalendarAddress, Help, Home } from '../protocol';

export function home(seat: string, signal: AbortSignal): Promise<Home> {
  return askAs(seat, '/api/home', { signal });
}

export function makeCalendar(seat: string): Promise<CalendarAddress> {
  return askAs(seat, '/api/calendar', { method: 'POST' });
}

export function stopCalendar(seat: string): Promise<void> {
  return askAs(seat, '/api/calendar', { method: 'DELETE' });
}

/** The help page; works without being signed in. */
export function help(signal: AbortSignal): Promise<Help> {
  return ask('/api/help', { signal });
}
