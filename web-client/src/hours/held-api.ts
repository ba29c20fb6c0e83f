/** The REST side of declarations about a class, which take two people. */
import { askAs } from '../api';
import type { Held, NewDeclaration, WaitingDeclaration } from '../protocol';

const of = (lesson: string) => `/api/hours/${encodeURIComponent(lesson)}/held`;

export function heldOf(lesson: string, seat: string, signal: AbortSignal): Promise<Held> {
  return askAs(seat, of(lesson), { signal });
}

export function declareHeld(lesson: string, seat: string, body: NewDeclaration): Promise<unknown> {
  return askAs(seat, of(lesson), { body });
}

export function waitingHeld(seat: string, signal: AbortSignal): Promise<WaitingDeclaration[]> {
  return askAs(seat, '/api/hours/declarations', { signal });
}

export function decideHeld(seat: string, id: number, approve: boolean): Promise<unknown> {
  return askAs(seat, `/api/hours/declarations/${id}`, { body: { approve } });
}
