import { expect, test } from 'vitest';
import type { Quota, Quotas } from '../../protocol';
import { waitingUnits } from './waiting';

const row = (unit: string, seats: number, taken: number, waitlisted: number): Quota => ({
  unit,
  seats,
  taken,
  submitted: 0,
  waitlisted,
  rejected: 0,
  withdrawn: 0,
  nominated: 0,
});

test('units that wait are told with their free seats, those that can take somebody first', () => {
  const rows = [row('11', 5, 5, 2), row('12', 5, 3, 0), row('33', 320, 318, 9), row('34', 4, 6, 1)];
  const quotas: Quotas = { plan_seats: 400, given: 334, rows };
  expect(waitingUnits(quotas)).toEqual([
    { unit: '33', waiting: 9, left: 2 },
    { unit: '11', waiting: 2, left: 0 },
    { unit: '34', waiting: 1, left: 0 },
  ]);
});
