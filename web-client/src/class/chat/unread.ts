/** The part of the chat that this person has not seen: all that came after the last look at it. Pure. */
import type { ChatLine, ClassNotice, ParticipantId } from '../../protocol';

export interface Seen {
  /** The number of the last line. */
  line: number;
  /** The time of the last notice; notices have no number. */
  noticeMs: number;
}

/** The whole chat as seen. */
export function allOf(chat: ChatLine[], notices: ClassNotice[]): Seen {
  return { line: chat.at(-1)?.id ?? 0, noticeMs: notices.at(-1)?.at_ms ?? 0 };
}

/** The number of lines of others, and of notices, after `seen`. */
export function unreadOf(
  chat: ChatLine[],
  notices: ClassNotice[],
  seen: Seen,
  you: ParticipantId | null,
): number {
  const lines = chat.filter((line) => line.id > seen.line && line.from !== you);
  return lines.length + notices.filter((notice) => notice.at_ms > seen.noticeMs).length;
}

/** The number as it stands beside a word; above 99 it is `99+`. */
export function unreadText(count: number): string {
  return count > 99 ? '99+' : String(count);
}
