/** The number of seats left, always in sight during decisions. */
import { formatCount } from '../../i18n';
import type { Quota, Quotas } from '../../protocol';
import { useDesk, usePhase, useUnitName } from '../desk';
import { useOfficeText } from '../text';

export interface SeatsLeft {
  seats: number;
  taken: number;
  left: number;
  submitted: number;
  waitlisted: number;
}

/** The seats of one unit, or of all units in the quotas. */
export function seatsOf(quotas: Quotas, unit: string): SeatsLeft {
  const rows = unit === '' ? quotas.rows : quotas.rows.filter((row) => row.unit === unit);
  const sum = (of: (row: Quota) => number) => rows.reduce((all, row) => all + of(row), 0);
  const seats = sum((row) => row.seats);
  const taken = sum((row) => row.taken);
  return {
    seats,
    taken,
    left: sum((row) => Math.max(0, row.seats - row.taken)),
    submitted: sum((row) => row.submitted),
    waitlisted: sum((row) => row.waitlisted),
  };
}

export function SeatsBar({ quotas, unit }: { quotas: Quotas | null; unit: string }) {
  const { units } = useDesk();
  const phase = usePhase();
  const { seats: words } = useOfficeText();
  const nameOf = useUnitName();
  if (!quotas) return <div className="seats-bar" aria-busy="true" />;
  if (quotas.rows.length === 0) return null; // Who looks after a class has no seats to give.
  const one = unit !== '' ? unit : quotas.rows.length === 1 ? (quotas.rows[0]?.unit ?? '') : '';
  const found = seatsOf(quotas, one);
  const title = one !== '' && units.length > 0 ? words.ofUnit(nameOf(one)) : words.ofAll;
  return (
    <section className="seats-bar" aria-label={words.label}>
      <b>{title}</b>
      <progress
        max={Math.max(1, found.seats)}
        value={Math.min(found.taken, found.seats)}
        aria-label={words.label}
      />
      <span className={found.left === 0 ? 'mark bad' : 'mark good'}>
        {words.left(formatCount(found.left))}
      </span>
      <span>{words.taken(formatCount(found.taken))}</span>
      <span>{words.seats(formatCount(found.seats))}</span>
      {one === '' && <span>{words.plan(formatCount(phase.plan_seats))}</span>}
      <span>{words.submitted(formatCount(found.submitted))}</span>
      <span>{words.waiting(formatCount(found.waitlisted))}</span>
    </section>
  );
}
