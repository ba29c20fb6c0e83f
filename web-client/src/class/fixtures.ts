/** Small rooms and people for the tests. */
import type { Participant, RoomState } from '../protocol';
import { type ClassroomState, emptyClassroom } from './classroom';

export function person(id: number, change: Partial<Participant> = {}): Participant {
  return {
    id,
    name: `学员${id}`,
    role: 'trainee',
    here: true,
    on_stage: false,
    camera_allowed: false,
    sending: [],
    picture: 'not_yet',
    network: 'good',
    chat_muted: false,
    encoder_muted: false,
    removed: false,
    b_frames: false,
    ...change,
  };
}

export function room(change: Partial<RoomState> = {}): RoomState {
  return {
    lesson: 'demo',
    title: '第一讲',
    class: 'open',
    started_at_ms: null,
    trainees_max: 100,
    participants: [
      person(1, { role: 'instructor', on_stage: true, camera_allowed: true }),
      person(2),
      person(3),
    ],
    hands: [],
    chat: [],
    notices: [],
    speaking: [],
    slots: { main: [null, null], stage: [null, null] },
    recording: 'off',
    check: null,
    minutes: null,
    rounds: [],
    sheet: [],
    not_counting: null,
    worth: null,
    poll: null,
    poll_answers: [],
    polls: [],
    ...change,
  };
}

/** The state of trainee 2 in the room of `room()`, as of number 10. */
export function inRoom(change: Partial<RoomState> = {}): ClassroomState {
  return { ...emptyClassroom, you: 2, role: 'trainee', seq: 10, room: room(change) };
}
