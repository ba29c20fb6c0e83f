/** The chat: a log that is read out politely and never moves the focus, and the box to write in. */
import { useEffect, useRef, useState } from 'react';
import { self } from '../../classroom';
import { formatTime } from '../../i18n';
import { isSendKey } from '../../ime';
import type { Lesson, LessonView } from '../../lesson';
import type { ChatLine, RoomState } from '../../protocol';
import { Icon } from '../icons';
import { useText } from '../text';
import { useSpeaker } from '../toasts';

/** The server's limit, in characters as people count them. */
export const CHAT_CHARS_MAX = 500;

/** Within this distance of the end the log follows new lines. */
const FOLLOW_PX = 80;

interface Props {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

export function Chat({ lesson, view, room }: Props) {
  const { t } = useText();
  const { attempt } = useSpeaker();
  const own = self(view.classroom);
  const staff = view.classroom.role !== 'trainee';
  const remove = (line: ChatLine) => void attempt(lesson.command({ do: 'chat_remove', line: line.id }));
  return (
    <div className="chat">
      <ChatLog lines={room.chat} you={view.classroom.you} onRemove={staff ? remove : null} />
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
  you: number | null;
  onRemove: ((line: ChatLine) => void) | null;
}

function ChatLog({ lines, you, onRemove }: LogProps) {
  const { t } = useText();
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const last = lines.at(-1)?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what scrolls
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    if (following.current) box.scrollTop = box.scrollHeight;
    else setUnseen(true);
  }, [last]);

  const scrolled = () => {
    const box = log.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < FOLLOW_PX;
    if (following.current) setUnseen(false);
  };
  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });

  return (
    <div className="chat-log-area">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div
        className="chat-log"
        role="log"
        aria-live="polite"
        aria-label={t.chat.log}
        tabIndex={0}
        ref={log}
        onScroll={scrolled}
      >
        {lines.length === 0 && <p className="empty">{t.chat.empty}</p>}
        {lines.map((line) => (
          <div key={line.id} className={line.from === you ? 'line own' : 'line'}>
            <p className="line-head">
              <b>{line.from === you ? t.you : line.name}</b>
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
        ))}
      </div>
      {unseen && (
        <button type="button" className="button small new-below" onClick={toEnd}>
          {t.chat.newBelow}
        </button>
      )}
    </div>
  );
}

/** Keeps the text until the server has it; Enter never sends what an input method is still composing. */
export function ChatBox({ send }: { send: (text: string) => Promise<boolean> }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const trimmed = text.trim();
  const over = [...trimmed].length - CHAT_CHARS_MAX;

  const submit = async () => {
    if (trimmed === '' || over > 0 || sending) return;
    setSending(true);
    const sent = await send(trimmed);
    setSending(false);
    if (sent) setText((now) => (now.trim() === trimmed ? '' : now));
  };

  return (
    <form
      className="chat-box"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        rows={1}
        value={text}
        aria-label={t.chat.placeholder}
        placeholder={t.chat.placeholder}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const { key, keyCode, shiftKey } = event;
          if (!isSendKey({ key, keyCode, shiftKey, isComposing: event.nativeEvent.isComposing })) return;
          event.preventDefault();
          void submit();
        }}
      />
      <button
        type="submit"
        className="button primary"
        aria-label={t.chat.send}
        disabled={trimmed === '' || over > 0 || sending}
      >
        <Icon name="send" />
      </button>
      {over > 0 && (
        <p className="field-problem" role="alert">
          {t.chat.tooLong(over)}
        </p>
      )}
    </form>
  );
}
