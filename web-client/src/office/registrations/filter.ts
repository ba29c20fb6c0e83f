/** The filter of the registrations; stands in the page's address, so that it survives a reload. Pure. */
import type { Nominated, RegistrationCounts, RegistrationState } from '../../protocol';

export interface Filter {
  unit: string;
  state: RegistrationState | '';
  track: string;
  /** The id of a class. */
  class: string;
  /** A part of a name or a school, a whole document number or mobile number. */
  text: string;
  /** A mark, as the lines bear it; `differs`: with another name, or on the list of another unit. */
  nominated: Nominated | 'differs' | '';
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

/** The states in the order in which the office goes through them. */
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
/** The marks in the order in which they are offered. */
export const LISTED = ['yes', 'other_name', 'other_unit', 'differs', 'no'] as const;

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

/** Whether anything besides the state narrows the list. */
export function isNarrow({ state: _state, ...rest }: Filter): boolean {
  return Object.values(rest).some((value) => value.trim() !== '');
}

/** The number of matches, from the counts of each state. */
export function totalOf(counts: RegistrationCounts | null, { state: wanted }: Filter): number {
  if (!counts) return 0;
  return wanted === '' ? counts.all : (counts.states.find(({ state }) => state === wanted)?.count ?? 0);
}

/** The same filter, narrowed to people who do not agree with their list; null = nobody who matches can be one. */
export function differingOf(filter: Filter): Filter | null {
  switch (filter.nominated) {
    case 'yes':
    case 'no':
      return null;
    case '':
      return { ...filter, nominated: 'differs' };
    default:
      return filter;
  }
}
