import { describe, expect, test } from 'vitest';
import type { PictureState, RoomState } from '../../protocol';
import { person, room } from '../fixtures';
import { type Dark, whyDark } from './dark';

function seen(change: object = {}, link: object = {}) {
  return {
    signal: { is: 'online' as const },
    media: 'connected' as const,
    want: 'all' as const,
    classroom: {
      role: 'trainee' as const,
      link: { down: 'good' as const, up: 'good' as const, doing: 'full' as const, ...link },
    },
    ...change,
  };
}

function taught(picture: PictureState, here = true, change: Partial<RoomState> = {}): RoomState {
  return room({ class: 'live', participants: [person(1, { role: 'instructor', here, picture })], ...change });
}

describe('a dark place says why', () => {
  test.each<[PictureState, boolean, Dark]>([
    ['not_yet', true, 'notYet'],
    ['closed', true, 'closed'],
    ['lost', true, 'lost'],
    ['lost', false, 'lost'],
    ['closed', false, 'left'],
    ['shown', true, 'coming'],
  ])('an instructor whose picture is %s, here: %s', (picture, here, expected) => {
    expect(whyDark(seen(), taught(picture, here))).toBe(expected);
  });

  test('nobody teaches', () => {
    expect(whyDark(seen(), room({ class: 'live', participants: [person(2)] }))).toBe('gone');
  });

  test('another instructor who is shown outweighs one who is lost', () => {
    const both = [
      person(1, { role: 'instructor', picture: 'lost' }),
      person(4, { role: 'instructor', picture: 'shown' }),
    ];
    expect(whyDark(seen(), room({ class: 'live', participants: both }))).toBe('coming');
  });

  test('what is nearer explains more', () => {
    const lost = taught('lost');
    expect(whyDark(seen({ signal: { is: 'reconnecting', attempt: 1 } }), lost)).toBe('reconnecting');
    expect(whyDark(seen(), taught('lost', true, { class: 'open' }))).toBe('open');
    expect(whyDark(seen(), taught('lost', true, { class: 'paused' }))).toBe('lost');
    expect(whyDark(seen(), taught('closed', true, { class: 'paused' }))).toBe('paused');
    expect(whyDark(seen({ want: 'sound' }), taught('closed'))).toBe('soundOnly');
    expect(whyDark(seen({}, { doing: 'sound_only' }), taught('shown'))).toBe('soundOnlyLink');
    expect(whyDark(seen({ media: 'interrupted' }), taught('shown'))).toBe('media');
    expect(whyDark(seen({ classroom: { ...seen().classroom, role: 'instructor' } }), lost)).toBe('ownCamera');
  });
});
