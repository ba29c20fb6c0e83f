/** The order and the search of the roster. Pure. */
import type { Participant, ParticipantId, RoomState } from '../../protocol';
import { careRank } from '../minutes/live-sheet';

/** The rank of a person: hand up, on stage, weak network, here, gone; people who need the instructor come first. */
export function rosterRank(person: Participant, hands: readonly ParticipantId[]): number {
  if (!person.here) return 4;
  if (hands.includes(person.id)) return 0;
  if (person.on_stage) return 1;
  if (person.network === 'weak' || person.network === 'lost') return 2;
  return 3;
}

const byPinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin', { numeric: true });

/** The roster in the order in which an instructor looks for people; trainees get no class sheet. */
export function sortRoster(room: Pick<RoomState, 'participants' | 'hands' | 'sheet'>): Participant[] {
  const lines = new Map(room.sheet.map((line) => [line.participant, line]));
  const place = new Map(room.hands.map((id, index) => [id, index]));
  return [...room.participants].sort((a, b) => {
    const rank = rosterRank(a, room.hands) - rosterRank(b, room.hands);
    if (rank !== 0) return rank;
    const hand = (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0);
    if (hand !== 0) return hand;
    if (a.role !== b.role && (a.role === 'instructor' || b.role === 'instructor')) {
      return a.role === 'instructor' ? -1 : 1;
    }
    const care = careRank(lines.get(a.id)) - careRank(lines.get(b.id));
    return care || byPinyin.compare(a.name, b.name) || a.id - b.id;
  });
}

// The first character of each pinyin initial in the collator's order; a name's initial is the last
// of these that does not sort after it. I, U and V begin no syllable.
const INITIALS = 'ABCDEFGHJKLMNOPQRSTWXYZ';
const FIRST_OF_INITIAL = '阿八嚓哒妸发旮哈讥咔垃妈拿哦啪期然撒塌挖昔压匝';

/** The pinyin initials of a name, `王丽` → `wl`; other scripts stay as they are, in lower case. */
export function pinyinInitials(name: string): string {
  let initials = '';
  for (const char of name) initials += initialOf(char);
  return initials.toLowerCase();
}

function initialOf(char: string): string {
  if (!/\p{Script=Han}/u.test(char)) return char;
  let found = '';
  for (let i = 0; i < INITIALS.length; i++) {
    if (byPinyin.compare(FIRST_OF_INITIAL.charAt(i), char) > 0) break;
    found = INITIALS.charAt(i);
  }
  return found;
}

/** Whether the search text is part of the name or of its pinyin initials; an empty text finds all. */
export function matchesSearch(person: Participant, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  return person.name.toLowerCase().includes(wanted) || pinyinInitials(person.name).includes(wanted);
}
