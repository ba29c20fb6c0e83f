/** Where the class is in its life, for how long it has been going, and whether it is being recorded. */
import { formatElapsed } from '../../i18n';
import type { LessonView } from '../../lesson';
import type { RoomState } from '../../protocol';
import { useNow } from '../hooks';
import { useText } from '../text';
import { RecordingMark } from './recording-mark';

export function ClassInfo({ view, room }: { view: LessonView; room: RoomState }) {
  const { t } = useText();
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
