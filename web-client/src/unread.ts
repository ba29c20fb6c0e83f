/** Which lines of the chat this person has not seen: counted beyond the last one that was on the screen. Pure. */
import type { ChatLine, ParticipantId } from './protocol';

/** Lines of others after `seen`. */
export function unreadOf(chat: ChatLine[], seen: number, you: ParticipantId | null): number {
  return chat.filter((line) => line.id > seen && line.from !== you).length;
}

/** As it stands beside a word; many are many. */
export function unreadText(count: number): string {
  return count > 99 ? '99+' : String(count);
}
