/** Small recordings for the tests. */
import type { Replay, ReplayTrack, Stretch } from '../protocol';

/** A stretch in seconds: `s(1, 4)` is from second 1 to second 4. */
export function s(from: number, to: number): Stretch {
  return { from_ms: from * 1000, to_ms: to * 1000 };
}

export function track(number: number, change: Partial<ReplayTrack> = {}): ReplayTrack {
  return {
    track: number,
    name: '王老师',
    role: 'instructor',
    kind: 'mic',
    codecs: 'opus',
    width: 0,
    height: 0,
    stretches: [s(0, 60)],
    ...change,
  };
}

export function replay(change: Partial<Replay> = {}): Replay {
  return {
    lesson: 'demo',
    title: '第一讲',
    recording: 'r1',
    live: false,
    started_at_ms: 0,
    duration_ms: 60_000,
    tracks: [track(1), track(2, { kind: 'camera' })],
    gaps: [],
    breaks: [],
    off_record: [],
    chapters: [],
    chat: [],
    course: null,
    may_edit: false,
    progress: null,
    earns: null,
    ...change,
  };
}
