/** The people of a lesson by the state of their network check: the order of the names, trouble first. Pure. */
import type { CheckedLesson, CheckedPerson, NetworkVerdict } from '../../protocol';

export type Group = NetworkVerdict | 'unchecked';

/** The groups, those that need attention first. */
export const GROUPS: readonly Group[] = ['no_udp', 'slow', 'unchecked', 'good'];

/** The group of a person, by the last check of any device. */
export function groupOf(person: CheckedPerson): Group {
  return person.checks[0]?.verdict ?? 'unchecked';
}

export function grouped(lines: readonly CheckedPerson[]): { group: Group; people: CheckedPerson[] }[] {
  const groups = GROUPS.map((group) => ({ group, people: lines.filter((one) => groupOf(one) === group) }));
  return groups.filter(({ people }) => people.length > 0);
}

/** The number of checks below which nothing can be concluded about the server. */
const SUSPICIOUS_MIN = 4;

/** Whether the server is to blame: when most people have no UDP, the cause is hardly each one's own network. */
export function blamesServer({ checked, no_udp }: CheckedLesson): boolean {
  return checked >= SUSPICIOUS_MIN && no_udp * 2 > checked;
}

/** A share in percent, as `1.5`; the server counts in thousandths. */
export function percent(permille: number): string {
  return (permille / 10).toFixed(1);
}
