// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Participant, RoomState } from '../protocol';
import { allOff } from './devices/publisher';
import { inRoom, person, room } from './fixtures';
import type { LessonView } from './lesson';
import { NotYet } from './not-yet';
import { Cover } from './stage/cover';
import { classZh } from './texts.zh';

const { dark, held } = classZh;
const AT_MS = Date.now();

function viewOf(role: 'instructor' | 'trainee', change: Partial<RoomState>): LessonView {
  const you = role === 'instructor' ? 1 : 2;
  return {
    classroom: { ...inRoom(change), you, role },
    local: allOff,
    clockOffsetMs: 0,
  } as LessonView;
}

function teaching(sending: Participant['sending'], change: Partial<RoomState> = {}): Partial<RoomState> {
  return { participants: [person(1, { role: 'instructor', sending }), person(2)], ...change };
}

function shown(role: 'instructor' | 'trainee', change: Partial<RoomState>): string {
  return renderToStaticMarkup(<NotYet view={viewOf(role, change)} room={room(change)} />);
}

test('before the start the instructor reads beside the own picture that everybody sees it', () => {
  expect(shown('instructor', teaching([]))).not.toContain(dark.seen);
  expect(shown('instructor', teaching(['camera']))).toContain(dark.hintTeacher);
  const due = teaching(['camera'], { not_counting: { why: 'not_started', since_ms: 0, minutes: 3 } });
  expect(shown('instructor', due)).toContain(dark.seen);
  expect(shown('instructor', due)).not.toContain(dark.hintTeacher);
  expect(shown('instructor', teaching(['camera'], { class: 'live' }))).not.toContain(dark.seen);
  expect(shown('trainee', teaching(['camera']))).toContain(held.notYet);
});

test('when the time has come, whoever teaches is not told to wait for the instructor', () => {
  const rules = {
    policy_version: '1',
    planned_start_ms: AT_MS - 1_000,
    planned_end_ms: AT_MS + 5_400_000,
    credit_ch: 2,
    full_from_s: 4_860,
    least_s: 1_620,
    block_s: 900,
    answer_s: 90,
    gap_s: 30,
  };
  const cover = (role: 'instructor' | 'trainee') => {
    const me = { seat: 's', name: '', role, lesson: 'demo', lesson_title: '', lesson_ended: false };
    const person = { ...me, rules, earns_hours: false, corrects_hours: false };
    return renderToStaticMarkup(<Cover view={viewOf(role, {})} room={room()} person={person} />);
  };
  expect(cover('instructor')).toContain(dark.dueTeacher);
  expect(cover('instructor')).not.toContain(dark.due);
  expect(cover('trainee')).toContain(dark.due);
});
