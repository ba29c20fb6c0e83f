import { describe, expect, test } from 'vitest';
import type { Doing, Network, NotCounting, RecordingState, Role } from '../../protocol';
import { allOff } from '../devices/publisher';
import { person, room } from '../fixtures';
import { classZh } from '../texts.zh';
import { bannerOf, isMediaBlocked, pillOf } from './network';
import type { SignalStatus } from './signal';

const t = classZh;

function seen(change: object = {}, down: Network = 'good', doing: Doing = 'full', up: Network = 'good') {
  const signal: SignalStatus = { is: 'online' };
  const media = 'connected' as const;
  const link = { down, up, doing };
  const local = { ...allOff, mic: { track: {} as MediaStreamTrack, busy: false } };
  return {
    signal,
    media,
    mediaFailures: 0,
    mediaRefused: false,
    local,
    classroom: { link, role: 'trainee' as const, room: room() },
    ...change,
  };
}

describe('the pill', () => {
  test.each<[Network, Doing, string]>([
    ['good', 'full', '信号良好/'],
    ['fair', 'reduced', '信号一般/已降低清晰度'],
    ['weak', 'sound_only', '信号弱/已转为只听声音'],
    ['good', 'as_asked', '信号良好/省流中'],
    ['good', 'sound_only', '已转为只听声音/'],
    ['good', 'reduced', '已降低清晰度/'],
    ['lost', 'full', '信号断开/'],
    ['unknown', 'full', '已连接/'],
  ])('%s and %s', (down, doing, words) => {
    const pill = pillOf(seen({}, down, doing), t, 'down');
    expect(`${pill.text}/${pill.doing}`).toBe(words);
  });

  test('an instructor reads about the uplink', () => {
    expect(pillOf(seen({}, 'weak', 'reduced', 'good'), t, 'up')).toEqual({
      text: '上行良好',
      doing: '',
      tone: 'good',
    });
  });

  test('an instructor who sends nothing is not told about an uplink', () => {
    expect(pillOf(seen({ local: allOff }), t, 'up').text).toBe('没有在发送');
  });

  test('a lost socket outweighs everything that was measured before', () => {
    const lost = seen({ signal: { is: 'reconnecting', attempt: 2 } });
    expect(pillOf(lost, t, 'down').text).toBe('正在重新连接');
  });

  test('interrupted media is named', () => {
    expect(pillOf(seen({ media: 'interrupted' }), t, 'down').tone).toBe('bad');
  });
});

describe('the banner', () => {
  test.each<[string, object, string | null]>([
    ['all is well', {}, null],
    ['the first connection of the media is no trouble', { media: 'connecting' }, null],
    ['socket lost', { signal: { is: 'reconnecting', attempt: 1 } }, t.banner.reconnecting],
    ['media lost', { media: 'interrupted', mediaFailures: 1 }, t.banner.media],
    ['media coming back', { media: 'connecting', mediaFailures: 1 }, t.banner.media],
    ['media blocked', { media: 'connecting', mediaFailures: 3 }, t.banner.mediaBlocked],
    ['browser unfit', { media: 'interrupted', mediaRefused: true }, t.banner.mediaRefused],
  ])('%s', (_name, change, text) => {
    expect(bannerOf(seen(change), t)).toBe(text);
    expect(isMediaBlocked(seen(change))).toBe(text === t.banner.mediaBlocked);
  });

  test.each<[Role, RecordingState, string | null]>([
    ['instructor', 'failing', t.banner.recordingFailing],
    ['operator', 'failing', t.banner.recordingFailing],
    ['trainee', 'failing', null],
    ['instructor', 'off_record', t.banner.offRecord],
    ['trainee', 'off_record', null],
    ['instructor', 'on', null],
    ['instructor', 'off', null],
  ])('what the %s reads while the recording is %s', (role, recording, text) => {
    const link = { down: 'good' as const, up: 'good' as const, doing: 'full' as const };
    expect(bannerOf(seen({ classroom: { link, role, room: room({ recording }) } }), t)).toBe(text);
  });

  test.each<[Role, NotCounting | null, string | null]>([
    ['instructor', { why: 'nothing_sent', since_ms: 5 }, t.banner.nothingSent],
    ['operator', { why: 'nothing_sent', since_ms: 5 }, t.banner.nothingSent],
    [
      'instructor',
      { why: 'planned_time_over', since_ms: 5, overrun_s: 1800 },
      '已超过计划下课时间 30 分钟，之后不再计学时。',
    ],
    ['operator', { why: 'not_started', since_ms: 5, minutes: 3 }, t.held.notStarted(3)],
    ['trainee', { why: 'nothing_sent', since_ms: 5 }, null],
    ['instructor', null, t.banner.offRecord],
  ])('what the %s reads while nothing counts (%j)', (role, not_counting, text) => {
    const link = { down: 'good' as const, up: 'good' as const, doing: 'full' as const };
    const classroom = { link, role, room: room({ class: 'live', not_counting, recording: 'off_record' }) };
    expect(bannerOf(seen({ classroom }), t)).toBe(text);
  });

  test('staff read that an encoder sends B-frames', () => {
    const link = { down: 'good' as const, up: 'good' as const, doing: 'full' as const };
    const participants = [person(1, { role: 'instructor', b_frames: true })];
    const read = (role: Role) =>
      bannerOf(seen({ classroom: { link, role, room: room({ participants }) } }), t);
    expect([read('instructor'), read('trainee')]).toEqual([t.banner.bFrames, null]);
  });

  test.each<[Role, object, string | null]>([
    ['instructor', {}, t.banner.breakOpen],
    ['instructor', { local: allOff }, null],
    ['trainee', {}, null],
  ])('in a break the %s who sends %j', (role, change, text) => {
    const link = { down: 'good' as const, up: 'good' as const, doing: 'full' as const };
    const classroom = { link, role, room: room({ class: 'paused' }) };
    expect(bannerOf(seen({ classroom, ...change }), t)).toBe(text);
  });
});
