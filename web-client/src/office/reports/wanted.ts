/** Whose results are wanted, as it stands in the address, so that it survives a reload. */
import { useMemo } from 'react';
import { useAddress, withParams } from '../../kit/use-address';
import type { Passed, Wanted } from './api';

export const PASSED = ['yes', 'no', 'open'] as const;

/** The tabs above the list: who is behind has no result yet, so only one of both is asked for. */
export type Tab = Passed | 'behind';

export function tabOf({ passed, behind }: Wanted): Tab {
  return behind === 'true' ? 'behind' : passed;
}

export function ofTab(tab: Tab): Pick<Wanted, 'passed' | 'behind'> {
  return tab === 'behind' ? { passed: '', behind: 'true' } : { passed: tab, behind: '' };
}

export function wantedOf(params: URLSearchParams): Wanted {
  const said = (name: string) => params.get(name) ?? '';
  const passed = PASSED.find((one) => one === said('passed')) ?? '';
  const tab = said('behind') === 'true' ? 'behind' : passed;
  return { unit: said('unit'), class: said('class'), ...ofTab(tab), text: said('text') };
}

export function useWanted() {
  const { url, go } = useAddress();
  const said = JSON.stringify(wantedOf(url.searchParams));
  // The same object for as long as the address says the same.
  const wanted = useMemo<Wanted>(() => JSON.parse(said), [said]);
  return { wanted, change: (next: Wanted) => go(withParams(url, { ...next }), true) };
}

/** Number of the registration whose person is shown in place of the list; null = the list. */
export function registrationOf(params: URLSearchParams): number | null {
  const said = params.get('of') ?? '';
  return /^\d{1,15}$/.test(said) ? Number(said) : null;
}
