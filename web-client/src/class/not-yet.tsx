/**
 * The notes before the start: trainees who already see or hear the instructor read that the time does not count yet,
 * and the person who teaches, that everybody sees and hears the open devices.
 */
import type { RoomState } from '../protocol';
import { instructorsHere, self } from './classroom';
import type { LessonView } from './lesson';
import { useClassText } from './text';

export function NotYet({ view, room }: { view: LessonView; room: RoomState }) {
  const { t } = useClassText();
  const taught = instructorsHere(room).some((person) => person.sending.length > 0);
  const teaches = view.classroom.role === 'instructor';
  // The reason why it does not count stands above it, once the time has come.
  const own = room.not_counting ? t.dark.seen : t.dark.hintTeacher;
  const text = teaches ? sendsAnything(view) && own : taught && t.held.notYet;
  return (
    <div className="banner-area" role="status">
      {room.class === 'open' && text && <p className="banner calm">{text}</p>}
    </div>
  );
}

/** Whether this page, or another device of the same person, sends anything. */
export function sendsAnything({ classroom, local }: Pick<LessonView, 'classroom' | 'local'>): boolean {
  const open = local.mic.track ?? local.camera.track ?? local.screen.track;
  return open !== null || (self(classroom)?.sending.length ?? 0) > 0;
}
