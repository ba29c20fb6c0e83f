/** The checks as staff see them. Pure. */
import type { CheckRound, Participant, ParticipantId } from '../../protocol';

export interface RoundView {
  asked: number;
  answered: number;
  /** `counting`: the time is over, late packets are still awaited. */
  is: 'open' | 'counting' | 'closed' | 'void';
}

/** The view of a round; `nowMs` is the server's time. */
export function roundView(round: CheckRound, nowMs: number): RoundView {
  const answered = round.answered.length;
  const asked = answered + round.waiting.length + round.missed.length;
  if (round.void) return { asked, answered, is: 'void' };
  if (nowMs < round.deadline_ms && round.waiting.length > 0) return { asked, answered, is: 'open' };
  return { asked, answered, is: round.waiting.length > 0 ? 'counting' : 'closed' };
}

/** The rounds, newest first. */
export function newestFirst(rounds: readonly CheckRound[]): CheckRound[] {
  return [...rounds].sort((a, b) => b.at_ms - a.at_ms);
}

/** Whether a roll call is still open, so that another one makes no sense. */
export function rollIsOpen(rounds: readonly CheckRound[], nowMs: number): boolean {
  return rounds.some((round) => round.kind === 'roll' && roundView(round, nowMs).is === 'open');
}

const byPinyin = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

/** The names behind the numbers, in alphabetical order. */
export function namesOf(ids: readonly ParticipantId[], people: readonly Participant[]): string[] {
  const names = new Map(people.map((person) => [person.id, person.name]));
  return ids.flatMap((id) => names.get(id) ?? []).sort(byPinyin.compare);
}
