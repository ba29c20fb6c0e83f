/** The reason why the place of the main picture is dark, in the order of what explains most. Pure. */
import type { Participant, RoomState } from '../../protocol';
import type { LessonView } from '../lesson';

export type Dark =
  | 'reconnecting'
  | 'media'
  | 'open'
  | 'paused'
  | 'ended'
  | 'soundOnly'
  | 'soundOnlyLink'
  | 'ownCamera'
  | 'gone'
  | 'left'
  | 'lost'
  | 'closed'
  | 'notYet'
  | 'coming';

type Seen = Pick<LessonView, 'signal' | 'media' | 'want'> & {
  classroom: Pick<LessonView['classroom'], 'link' | 'role'>;
};

export function whyDark(view: Seen, room: RoomState): Dark {
  if (view.signal.is === 'reconnecting') return 'reconnecting';
  if (room.class === 'ended' || room.class === 'open') return room.class;
  const teachers = room.participants.filter((p) => p.role === 'instructor');
  // The person who teaches is told of the own camera; a person who lost the instructor, of that, also in a
  // break.
  if (view.classroom.role === 'instructor') return room.class === 'paused' ? 'paused' : 'ownCamera';
  const lost = teachers.some((p) => p.picture === 'lost') && !teachers.some((p) => p.picture === 'shown');
  if (lost) return 'lost';
  if (room.class === 'paused') return 'paused';
  if (view.want === 'sound') return 'soundOnly';
  if (view.media !== 'connected') return 'media';
  if (view.classroom.link.doing === 'sound_only') return 'soundOnlyLink';
  return ofTeachers(teachers);
}

function ofTeachers(teachers: Participant[]): Dark {
  const here = teachers.filter((p) => p.here);
  if (here.length === 0) return teachers.length === 0 ? 'gone' : 'left';
  if (here.some((p) => p.picture === 'shown')) return 'coming';
  return here.some((p) => p.picture === 'closed') ? 'closed' : 'notYet';
}
