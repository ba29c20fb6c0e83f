/** Counts the lines of the chat that came while it was not on the screen, and shows the number in the tab's title. */
import { useEffect, useState } from 'react';
import type { ChatLine, ClassNotice, ParticipantId } from '../../protocol';
import { allOf, type Seen, unreadOf, unreadText } from './unread';

interface Talk {
  chat: ChatLine[];
  notices: ClassNotice[];
}

/**
 * `shown`: whether the page shows the chat. A reload keeps what was read; lines from before the person came are no
 * news.
 */
export function useUnread(
  key: string,
  { chat, notices }: Talk,
  you: ParticipantId | null,
  shown: boolean,
  title: string,
): number {
  const { line, noticeMs } = allOf(chat, notices);
  const [seen, setSeen] = useState<Seen>(() => kept(key) ?? { line, noticeMs });
  const [inFront, setInFront] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const changed = () => setInFront(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  useEffect(() => {
    if (!shown || !inFront) return;
    setSeen((before) => ({
      line: Math.max(before.line, line),
      noticeMs: Math.max(before.noticeMs, noticeMs),
    }));
  }, [shown, inFront, line, noticeMs]);
  useEffect(() => keep(key, seen), [key, seen]);

  const unread = unreadOf(chat, notices, seen, you);
  useEffect(() => {
    document.title = unread > 0 ? `(${unreadText(unread)}) ${title}` : title;
  }, [unread, title]);
  return unread;
}

function kept(key: string): Seen | null {
  try {
    const found: Partial<Seen> | null = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof found?.line !== 'number' || typeof found.noticeMs !== 'number') return null;
    return { line: found.line, noticeMs: found.noticeMs };
  } catch {
    return null; // Forbidden storage: a reload then forgets.
  }
}

function keep(key: string, seen: Seen): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(seen));
  } catch {
    // As above.
  }
}
