/** The chat: a log that is read out politely and never moves the focus. */
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { formatTime } from '../../i18n';
import { Icon } from '../../kit/icons';
import type { ChatLine, ClassNotice, RoomState } from '../../protocol';
import { useAttempt } from '../attempt';
import { chatAndNotices, self } from '../classroom';
import type { Lesson, LessonView } from '../lesson';
import { useClassText } from '../text';
import { ChatBox } from './chat-box';

/** The distance from the end within which the log follows new lines. */
const FOLLOW_PX = 80;

interface Props {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

export function Chat({ lesson, view, room }: Props) {
  const { t } = useClassText();
  const attempt = useAttempt();
  const own = self(view.classroom);
  const staff = view.classroom.role !== 'trainee';
  const remove = useCallback(
    (line: ChatLine) => void attempt(lesson.command({ do: 'chat_remove', line: line.id })),
    [lesson, attempt],
  );
  return (
    <div className="chat">
      <ChatLog
        lines={room.chat}
        notices={room.notices}
        you={view.classroom.you}
        onRemove={staff ? remove : null}
      />
      {own?.chat_muted ? (
        <p className="chat-muted">{t.chat.muted}</p>
      ) : (
        <ChatBox send={(text) => attempt(lesson.command({ do: 'chat', text }))} />
      )}
    </div>
  );
}

interface LogProps {
  lines: ChatLine[];
  notices: ClassNotice[];
  you: number | null;
  onRemove: ((line: ChatLine) => void) | null;
}

/** Memoized: five hundred lines are not drawn again because somebody else began to speak. */
const ChatLog = memo(function ChatLog({ lines, notices, you, onRemove }: LogProps) {
  const { t } = useClassText();
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const last = `${lines.at(-1)?.id} ${notices.at(-1)?.at_ms}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what scrolls
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    if (following.current) box.scrollTop = box.scrollHeight;
    else setUnseen(true);
  }, [last]);

  // A keyboard or a notice that takes room must not hide the newest line.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const observer = new ResizeObserver(() => {
      if (following.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const box = log.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < FOLLOW_PX;
    if (following.current) setUnseen(false);
  };
  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });

  return (
    <div className="chat-log-area">
      <div
        className="chat-log"
        role="log"
        aria-live="polite"
        aria-label={t.chat.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        ref={log}
        onScroll={scrolled}
      >
        {lines.length + notices.length === 0 && <p className="empty">{t.chat.empty}</p>}
        {chatAndNotices(lines, notices).map((entry) =>
          'id' in entry ? (
            <Line key={entry.id} line={entry} own={entry.from === you} onRemove={onRemove} />
          ) : (
            <NoticeLine key={`notice ${entry.at_ms} ${entry.text}`} notice={entry} />
          ),
        )}
      </div>
      {unseen && (
        <button type="button" className="button small new-below" onClick={toEnd}>
          {t.chat.newBelow}
        </button>
      )}
    </div>
  );
});

interface LineProps {
  line: ChatLine;
  own: boolean;
  onRemove: LogProps['onRemove'];
}

function Line({ line, own, onRemove }: LineProps) {
  const { t } = useClassText();
  return (
    <div className={own ? 'line own' : 'line'}>
      <p className="line-head">
        <b>{own ? t.you : line.name}</b>
        <time dateTime={new Date(line.at_ms).toISOString()}>{formatTime(line.at_ms)}</time>
        {onRemove && (
          <button
            type="button"
            className="icon-button tiny"
            aria-label={t.chat.removeOf(line.name)}
            onClick={() => onRemove(line)}
          >
            <Icon name="trash" />
          </button>
        )}
      </p>
      <p className="line-text">{line.text}</p>
    </div>
  );
}

/** A message of an operator to everybody, for people who closed it or were not here. */
function NoticeLine({ notice }: { notice: ClassNotice }) {
  const { t } = useClassText();
  return (
    <div className="line notice">
      <p className="line-head">
        <b>{t.told.notice}</b>
        <time dateTime={new Date(notice.at_ms).toISOString()}>{formatTime(notice.at_ms)}</time>
      </p>
      <p className="line-text">{notice.text}</p>
    </div>
  );
}
