/** The stage of the class, the time for which it has been going, and whether it is being recorded. */
import { formatElapsed } from '../i18n';
import { useNow } from '../kit/hooks';
import type { RoomState } from '../protocol';
import type { LessonView } from './lesson';
import { RecordingMark } from './recording-mark';
import { useClassText } from './text';

export function ClassInfo({ view, room }: { view: LessonView; room: RoomState }) {
  const { t } = useClassText();
  return (
    <span className={`class-info ${room.class}`}>
      <span className="class-state">{t.class[room.class]}</span>
      {room.started_at_ms !== null && room.class !== 'ended' && (
        <Elapsed sinceMs={room.started_at_ms - view.clockOffsetMs} />
      )}
      <RecordingMark recording={room.recording} />
    </span>
  );
}

function Elapsed({ sinceMs }: { sinceMs: number }) {
  const now = useNow(1000);
  return (
    <span className="elapsed" role="timer">
      {formatElapsed(now - sinceMs)}
    </span>
  );
}
