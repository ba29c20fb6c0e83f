/** Who of a lesson checked the network and how it is: the order of the names, what is wrong first. Pure. */
import type { CheckedLesson, CheckedPerson, NetworkVerdict } from '../protocol';

export type Group = NetworkVerdict | 'unchecked';

/** What needs looking at comes first. */
export const GROUPS: readonly Group[] = ['no_udp', 'slow', 'unchecked', 'good'];

/** By the last check of any device. */
export function groupOf(person: CheckedPerson): Group {
  return person.checks[0]?.verdict ?? 'unchecked';
}

export function grouped(lines: readonly CheckedPerson[]): { group: Group; people: CheckedPerson[] }[] {
  const groups = GROUPS.map((group) => ({ group, people: lines.filter((one) => groupOf(one) === group) }));
  return groups.filter(({ people }) => people.length > 0);
}

/** Fewer say nothing about the server. */
const SUSPICIOUS_MIN = 4;

/** When most have no UDP, it is hardly everybody's own network. */
export function blamesServer({ checked, no_udp }: CheckedLesson): boolean {
  return checked >= SUSPICIOUS_MIN && no_udp * 2 > checked;
}

/** `1.5`; the server counts in thousandths. */
export function percent(permille: number): string {
  return (permille / 10).toFixed(1);
}
