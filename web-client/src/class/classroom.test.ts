import { describe, expect, test } from 'vitest';
import type { ChatLine, RoomEvent, Slots } from '../protocol';
import {
  apply,
  type ClassroomState,
  chatAndNotices,
  emptyClassroom,
  handIsUp,
  self,
  traineesHere,
} from './classroom';
import { inRoom, person, room } from './fixtures';

/** Applies events one after the other, numbered onwards from the state's own number. */
function changed(state: ClassroomState, ...events: RoomEvent[]): ClassroomState {
  return events.reduce((now, event) => apply(now, { type: 'delta', seq: (now.seq ?? 0) + 1, event }), state);
}

const kinds = (state: ClassroomState) => state.moments.map((moment) => moment.kind);
const line = (id: number, text = 'hi'): ChatLine => ({ id, from: 3, name: '学员3', text, at_ms: 1 });

test('staff read why nothing counts, until it counts again', () => {
  const not_counting = { why: 'nothing_sent' as const, since_ms: 5 };
  const told = changed(inRoom(), { event: 'counting', not_counting });
  expect(told.room?.not_counting).toEqual(not_counting);
  expect(changed(told, { event: 'counting', not_counting: null }).room?.not_counting).toBeNull();
});

test('that nobody has started the class is told anew each minute, other reasons are shown only', () => {
  const notStarted = (minutes: number) =>
    changed(inRoom(), {
      event: 'counting',
      not_counting: { why: 'not_started', since_ms: 5, minutes },
    }).moments;
  expect(notStarted(0), 'the banner shows it').toEqual([]);
  expect(notStarted(3)).toEqual([{ id: 1, kind: 'not_started', minutes: 3 }]);
  const silent = changed(inRoom(), { event: 'counting', not_counting: { why: 'nothing_sent', since_ms: 5 } });
  expect(silent.moments).toEqual([]);
});

test('staff know what the class would be worth', () => {
  const worth = { planned_s: 5_400, taught_s: 60, worth_ch: 0, credit_ch: 200 };
  expect(changed(inRoom(), { event: 'worth', worth }).room?.worth).toEqual(worth);
});

test('a poll comes with its answers and goes, and staff have all of them', () => {
  const poll = { poll: 2, question: '', options: ['是', '否'], multiple: false, result: null };
  const ask = { question: '', options: ['是', '否'], multiple: false, right: [] };
  const round = { poll: 2, ask, at_ms: 0, votes: [[], []] };
  const state = changed(
    inRoom({ poll_answers: [{ poll: 1, choices: [0] }] }),
    { event: 'poll', poll },
    { event: 'poll_answer', answer: { poll: 2, choices: [0] } },
    { event: 'poll_answer', answer: { poll: 2, choices: [1] } },
    { event: 'poll_round', round },
    { event: 'poll_round', round: { ...round, votes: [[], [2]] } },
    { event: 'poll', poll: null },
  );
  expect(state.room?.poll).toBeNull();
  expect(state.room?.poll_answers.map((answer) => answer.choices)).toEqual([[0], [1]]);
  expect(state.room?.polls.map((one) => one.votes)).toEqual([[[], [2]]]);
});

describe('joining', () => {
  test('welcome says who we are, the snapshot what there is', () => {
    const welcomed = apply(emptyClassroom, {
      type: 'welcome',
      version: 1,
      you: 2,
      role: 'trainee',
      epoch: 'e',
      token: 't',
      resumed: false,
      media: false,
      server_time_ms: 5,
    });
    const state = apply(welcomed, { type: 'snapshot', seq: 7, room: room() });
    expect(self(state)?.id).toBe(2);
    expect(state.seq).toBe(7);
  });

  test('a delta before any snapshot and a delta seen before change nothing', () => {
    const event: RoomEvent = { event: 'hands', hands: [2] };
    expect(apply(emptyClassroom, { type: 'delta', seq: 1, event })).toBe(emptyClassroom);
    const state = inRoom();
    expect(apply(state, { type: 'delta', seq: 10, event })).toBe(state);
  });

  test('numbers may be skipped, they belonged to others', () => {
    const state = apply(inRoom(), { type: 'delta', seq: 99, event: { event: 'hands', hands: [2] } });
    expect([state.seq, handIsUp(state)]).toEqual([99, true]);
  });

  test('answers to requests do not touch the room', () => {
    const state = inRoom();
    expect(apply(state, { type: 'ack', id: 1 })).toBe(state);
    expect(apply(state, { type: 'answer', id: 1, sdp: '' })).toBe(state);
    expect(apply(state, { type: 'refused', id: 1, reason: 'too_fast' })).toBe(state);
    expect(apply(state, { type: 'bye', reason: 'ended' })).toBe(state);
  });

  test('a message of a later version is ignored', () => {
    const state = inRoom();
    expect(apply(state, { type: 'ink' } as never)).toBe(state);
    expect(changed(state, { event: 'ink' } as never).room).toBe(state.room);
  });
});

describe('every event', () => {
  test('participant: replaces a known line and adds an unknown one', () => {
    const state = changed(
      inRoom(),
      { event: 'participant', participant: person(3, { here: false }) },
      { event: 'participant', participant: person(4) },
    );
    expect(state.room?.participants.map((p) => [p.id, p.here])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ]);
    expect(state.room && traineesHere(state.room)).toBe(2);
  });

  test('class: state, start and a sentence for the screen', () => {
    const state = changed(inRoom(), { event: 'class', class: 'live', started_at_ms: 123 });
    expect([state.room?.class, state.room?.started_at_ms]).toEqual(['live', 123]);
    expect(kinds(state)).toEqual(['class']);
  });

  test('hands, speaking and slots are taken as they come', () => {
    const slots: Slots = { main: [{ participant: 1, kind: 'screen' }, null], stage: [] };
    const state = changed(
      inRoom(),
      { event: 'hands', hands: [3, 2] },
      { event: 'speaking', speaking: [1] },
      { event: 'slots', slots },
    );
    expect(state.room?.hands).toEqual([3, 2]);
    expect(state.room?.speaking).toEqual([1]);
    expect(state.room?.slots).toBe(slots);
  });

  test('chat: lines are added, removed, and only the last 500 stay', () => {
    const many = Array.from({ length: 510 }, (_, id): RoomEvent => ({ event: 'chat', line: line(id) }));
    const state = changed(inRoom(), ...many, { event: 'chat_removed', line: 509 });
    expect(state.room?.chat.length).toBe(499);
    expect(state.room?.chat[0]?.id).toBe(10);
    expect(state.room?.chat.at(-1)?.id).toBe(508);
  });

  test('link: how it goes and what was done', () => {
    const state = changed(inRoom(), { event: 'link', down: 'weak', up: 'unknown', doing: 'sound_only' });
    expect(state.link).toEqual({ down: 'weak', up: 'unknown', doing: 'sound_only' });
  });

  test('muted and notice are told once each, with growing ids', () => {
    const state = changed(
      inRoom(),
      { event: 'muted', by: '陈老师' },
      { event: 'notice', notice: { at_ms: 7, text: '十分钟后维护' } },
    );
    expect(state.moments).toEqual([
      { id: 1, kind: 'muted', by: '陈老师' },
      { id: 2, kind: 'notice', text: '十分钟后维护' },
    ]);
    expect(state.room?.notices).toEqual([{ at_ms: 7, text: '十分钟后维护' }]);
  });
});

describe('what happens to oneself is told', () => {
  const me = (change: Parameters<typeof person>[1]): RoomEvent => ({
    event: 'participant',
    participant: person(2, change),
  });

  test('on stage, camera allowed later, off stage', () => {
    const state = changed(
      inRoom(),
      me({ on_stage: true }),
      me({ on_stage: true, camera_allowed: true }),
      me({ on_stage: false }),
    );
    expect(kinds(state)).toEqual(['on_stage', 'camera_allowed', 'off_stage']);
  });

  test('the same for others is not told', () => {
    const other = person(3, { on_stage: true, chat_muted: true });
    expect(kinds(changed(inRoom(), { event: 'participant', participant: other }))).toEqual([]);
  });

  test('muted and unmuted in the chat', () => {
    expect(kinds(changed(inRoom(), me({ chat_muted: true }), me({})))).toEqual([
      'chat_muted',
      'chat_unmuted',
    ]);
  });

  test('after a reload on stage the invitation comes again', () => {
    const fresh = { ...emptyClassroom, you: 2, role: 'trainee' as const };
    const onStage = room({ participants: [person(2, { on_stage: true, camera_allowed: true })] });
    const state = apply(fresh, { type: 'snapshot', seq: 3, room: onStage });
    expect(state.moments).toEqual([{ id: 1, kind: 'on_stage', camera: true }]);
  });

  test('instructors are always on stage and are not invited', () => {
    const fresh = { ...emptyClassroom, you: 1, role: 'instructor' as const };
    expect(kinds(apply(fresh, { type: 'snapshot', seq: 3, room: room() }))).toEqual([]);
  });
});

test('notices stand among the lines of the chat by their time', () => {
  const line = (id: number, at_ms: number) => ({ id, from: 1, name: '', text: '', at_ms });
  const notice = (at_ms: number) => ({ at_ms, text: '' });
  const times = (all: { at_ms: number }[]) => all.map((one) => one.at_ms);
  expect(times(chatAndNotices([line(1, 10), line(2, 30)], [notice(5), notice(20), notice(40)]))).toEqual([
    5, 10, 20, 30, 40,
  ]);
  expect(chatAndNotices([], [])).toEqual([]);
});
