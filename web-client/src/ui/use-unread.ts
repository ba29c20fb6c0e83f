/** Counts the lines of the chat that came while it was not on the screen, and says so in the tab's title. */
import { useEffect, useState } from 'react';
import type { ChatLine, ParticipantId } from '../protocol';
import { unreadOf, unreadText } from '../unread';

/** `shown`: the chat is what this page shows. A reload keeps what was read; what was said before coming is no news. */
export function useUnread(
  key: string,
  chat: ChatLine[],
  you: ParticipantId | null,
  shown: boolean,
  title: string,
): number {
  const last = chat.at(-1)?.id ?? 0;
  const [seen, setSeen] = useState(() => kept(key) ?? last);
  const [inFront, setInFront] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const changed = () => setInFront(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  useEffect(() => {
    if (!shown || !inFront) return;
    setSeen((before) => Math.max(before, last));
  }, [shown, inFront, last]);
  useEffect(() => keep(key, seen), [key, seen]);

  const unread = unreadOf(chat, seen, you);
  useEffect(() => {
    document.title = unread > 0 ? `(${unreadText(unread)}) ${title}` : title;
  }, [unread, title]);
  return unread;
}

function kept(key: string): number | null {
  try {
    const found = sessionStorage.getItem(key);
    return found === null ? null : Number(found) || 0;
  } catch {
    return null; // Forbidden storage: a reload then forgets.
  }
}

function keep(key: string, seen: number): void {
  try {
    sessionStorage.setItem(key, String(seen));
  } catch {
    // As above.
  }
}
