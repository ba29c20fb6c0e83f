/** What of the registrations is looked at; stands in the page's address, so that it survives a reload. Pure. */
import type { RegistrationCounts, RegistrationState } from '../protocol';

export interface Filter {
  unit: string;
  state: RegistrationState | '';
  track: string;
  /** Id of a class. */
  class: string;
  /** Part of a name or a school, a whole document number or mobile. */
  text: string;
  /** `differs`: on a list with another name, or on the list of another unit. */
  nominated: 'yes' | 'no' | 'differs' | '';
  recommended: 'yes' | 'no' | '';
}

export const ANY: Filter = {
  unit: '',
  state: '',
  track: '',
  class: '',
  text: '',
  nominated: '',
  recommended: '',
};

/** In the order in which the office goes through them. */
export const STATES: readonly RegistrationState[] = [
  'submitted',
  'waitlisted',
  'approved',
  'placed',
  'active',
  'completed',
  'failed',
  'rejected',
  'withdrawn',
];

const YES_NO = ['yes', 'no'] as const;
const LISTED = ['yes', 'no', 'differs'] as const;

export function filterOf(params: URLSearchParams): Filter {
  const one = <T extends string>(name: string, allowed: readonly T[]): T | '' =>
    allowed.find((known) => known === params.get(name)) ?? '';
  return {
    unit: params.get('unit') ?? '',
    state: one('state', STATES),
    track: params.get('track') ?? '',
    class: params.get('class') ?? '',
    text: params.get('text') ?? '',
    nominated: one('nominated', LISTED),
    recommended: one('recommended', YES_NO),
  };
}

export function paramsOf(filter: Filter): Record<keyof Filter, string> {
  return { ...filter, text: filter.text.trim() };
}

/** Something besides the state narrows the list. */
export function isNarrow({ state: _state, ...rest }: Filter): boolean {
  return Object.values(rest).some((value) => value.trim() !== '');
}

/** How many match, by what was counted for each state. */
export function totalOf(counts: RegistrationCounts | null, { state: wanted }: Filter): number {
  if (!counts) return 0;
  return wanted === '' ? counts.all : (counts.states.find(({ state }) => state === wanted)?.count ?? 0);
}
