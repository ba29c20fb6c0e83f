/**
 * This page's knowledge of the room, and the change that a message of the server makes to it. Pure: same state and
 * message, same result. `lesson.ts` owns the state, the views show it.
 */
import { unreachable } from '../base/unreachable';
import type {
  ChatLine,
  ClassNotice,
  Doing,
  Network,
  Participant,
  ParticipantId,
  Role,
  RoomEvent,
  RoomState,
  ServerMessage,
} from '../protocol';

/** The lines of chat kept in the page; older ones leave the screen, the server keeps them all. */
const CHAT_LINES_MAX = 500;

/** The number of notices kept, the same as the server's. */
const NOTICES_MAX = 50;

/** The number of moments kept for the screen; each is told once, by its `id`. */
const MOMENTS_MAX = 8;

/** An event for this person that must be said in words. */
export type MomentKind =
  | { kind: 'muted'; by: string }
  | { kind: 'notice'; text: string }
  | { kind: 'on_stage'; camera: boolean }
  | { kind: 'camera_allowed' }
  | { kind: 'off_stage' }
  | { kind: 'chat_muted' }
  | { kind: 'chat_unmuted' }
  | { kind: 'not_started'; minutes: number }
  | { kind: 'class'; class: RoomState['class'] };

export type Moment = MomentKind & { id: number };

export interface Link {
  down: Network;
  up: Network;
  doing: Doing;
}

export interface ClassroomState {
  you: ParticipantId | null;
  role: Role | null;
  /** The number of the last snapshot or delta that was applied. */
  seq: number | null;
  room: RoomState | null;
  link: Link;
  moments: Moment[];
  momentsSeen: number;
}

export const emptyClassroom: ClassroomState = {
  you: null,
  role: null,
  seq: null,
  room: null,
  link: { down: 'unknown', up: 'unknown', doing: 'full' },
  moments: [],
  momentsSeen: 0,
};

/** Applies a message of the server to the state. */
export function apply(state: ClassroomState, message: ServerMessage): ClassroomState {
  switch (message.type) {
    case 'welcome':
      return { ...state, you: message.you, role: message.role };
    case 'snapshot':
      return tellOwnChanges(state, { ...state, seq: message.seq, room: message.room });
    case 'delta': {
      if (!state.room || (state.seq !== null && message.seq <= state.seq)) return state;
      const next = applyEvent({ ...state, seq: message.seq }, state.room, message.event);
      return tellOwnChanges(state, next);
    }
    case 'answer':
    case 'ack':
    case 'refused':
    case 'bye':
    case 'tick':
      return state; // These answer a request or end a socket; `signal.ts` handles them.
    default:
      return unreachable(message, state);
  }
}

function applyEvent(state: ClassroomState, room: RoomState, event: RoomEvent): ClassroomState {
  const inRoom = (change: Partial<RoomState>): ClassroomState => ({ ...state, room: { ...room, ...change } });
  switch (event.event) {
    case 'participant':
      return inRoom({ participants: merge(room.participants, [event.participant], (line) => line.id) });
    case 'class':
      return inRoom({ class: event.class, started_at_ms: event.started_at_ms });
    case 'hands':
      return inRoom({ hands: event.hands });
    case 'chat':
      return inRoom({ chat: [...room.chat, event.line].slice(-CHAT_LINES_MAX) });
    case 'chat_removed':
      return inRoom({ chat: room.chat.filter((line) => line.id !== event.line) });
    case 'speaking':
      return inRoom({ speaking: event.speaking });
    case 'recording':
      return inRoom({ recording: event.recording });
    case 'slots':
      return inRoom({ slots: event.slots });
    case 'muted':
      return tell(state, { kind: 'muted', by: event.by });
    case 'link':
      return { ...state, link: { down: event.down, up: event.up, doing: event.doing } };
    case 'notice':
      return tell(inRoom({ notices: [...room.notices, event.notice].slice(-NOTICES_MAX) }), {
        kind: 'notice',
        text: event.notice.text,
      });
    case 'check':
      return inRoom({ check: event.check });
    case 'minutes':
      return inRoom({ minutes: event.minutes });
    case 'round':
      return inRoom({ rounds: merge(room.rounds, [event.round], (round) => round.check) });
    case 'sheet':
      return inRoom({ sheet: merge(room.sheet, event.lines, (line) => line.participant) });
    case 'poll':
      return inRoom({ poll: event.poll });
    case 'poll_answer':
      return inRoom({ poll_answers: merge(room.poll_answers, [event.answer], (answer) => answer.poll) });
    case 'poll_round':
      return inRoom({ polls: merge(room.polls, [event.round], (round) => round.poll) });
    case 'counting': {
      const counting = inRoom({ not_counting: event.not_counting });
      // The banner shows it at once; it is said again once a minute.
      const { not_counting: why } = event;
      if (why?.why !== 'not_started' || why.minutes === 0) return counting;
      return tell(counting, { kind: 'not_started', minutes: why.minutes });
    }
    case 'worth':
      return inRoom({ worth: event.worth });
    default:
      return unreachable(event, state);
  }
}

/** Replaces each thing by the changed one with its key, adds new ones, keeps the order. */
function merge<T, K>(all: T[], changed: T[], key: (thing: T) => K): T[] {
  const fresh = new Map(changed.map((thing) => [key(thing), thing]));
  const kept = all.map((thing) => fresh.get(key(thing)) ?? thing);
  const known = new Set(all.map(key));
  return [...kept, ...changed.filter((thing) => !known.has(key(thing)))];
}

function tell(state: ClassroomState, moment: MomentKind): ClassroomState {
  const id = state.momentsSeen + 1;
  return { ...state, momentsSeen: id, moments: [...state.moments, { ...moment, id }].slice(-MOMENTS_MAX) };
}

/** Adds the moments that follow from this person's own line before and after. */
function tellOwnChanges(before: ClassroomState, after: ClassroomState): ClassroomState {
  let state = after;
  const was = self(before);
  const is = self(after);
  if (is && is.role === 'trainee') {
    const wasOnStage = was?.on_stage ?? false;
    if (!wasOnStage && is.on_stage) state = tell(state, { kind: 'on_stage', camera: is.camera_allowed });
    if (wasOnStage && is.on_stage && !was?.camera_allowed && is.camera_allowed) {
      state = tell(state, { kind: 'camera_allowed' });
    }
    if (wasOnStage && !is.on_stage) state = tell(state, { kind: 'off_stage' });
    if (was && !was.chat_muted && is.chat_muted) state = tell(state, { kind: 'chat_muted' });
    if (was?.chat_muted && !is.chat_muted) state = tell(state, { kind: 'chat_unmuted' });
  }
  if (before.room && after.room && before.room.class !== after.room.class) {
    state = tell(state, { kind: 'class', class: after.room.class });
  }
  return state;
}

/** The chat together with the messages of operators, by time; lines of the chat keep their order. */
export function chatAndNotices(chat: ChatLine[], notices: ClassNotice[]): (ChatLine | ClassNotice)[] {
  const all: (ChatLine | ClassNotice)[] = [];
  let next = 0;
  for (const line of chat) {
    for (; next < notices.length && (notices[next]?.at_ms ?? 0) <= line.at_ms; next += 1) {
      all.push(notices[next] as ClassNotice);
    }
    all.push(line);
  }
  return [...all, ...notices.slice(next)];
}

/** This person's own line of the roster. */
export function self(state: ClassroomState): Participant | null {
  return state.room?.participants.find((p) => p.id === state.you) ?? null;
}

export function findParticipant(room: RoomState, id: ParticipantId): Participant | null {
  return room.participants.find((p) => p.id === id) ?? null;
}

export function handIsUp(state: ClassroomState): boolean {
  return state.you !== null && (state.room?.hands.includes(state.you) ?? false);
}

export function traineesHere(room: RoomState): number {
  return room.participants.filter((p) => p.role === 'trainee' && p.here).length;
}

/** The instructors who are in the room now. */
export function instructorsHere(room: RoomState): Participant[] {
  return room.participants.filter((p) => p.role === 'instructor' && p.here);
}
