/** A small phase for the tests. */
import type { Phase } from '../protocol';

export function phase(change: Partial<Phase> = {}): Phase {
  return {
    id: 'zp-1',
    programme: 'zp',
    number: 1,
    title: '示范',
    hours_ch: 1000,
    plan_seats: 3000,
    registration: { first: '2020-11-06', last: '2020-11-09' },
    registration_from_ms: 1_604_592_000_000,
    registration_to_ms: 1_604_937_600_000,
    timing: 'open',
    study: { first: '2020-11-17', last: '2020-11-27' },
    tracks: [],
    categories: [],
    choose_class: false,
    per_school: null,
    ...change,
  };
}
