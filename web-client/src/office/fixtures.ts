/** A desk for the tests. */
import { account } from '../account/fixtures';
import type { Desk } from './desk';

export function desk(change: Partial<Desk> = {}): Desk {
  return {
    who: account(),
    seat: 's',
    programmes: [],
    programme: { id: 'zp', title: '示范', issuers: [], policy_version: null, phases: [] },
    units: [{ code: '33', name: '浙江', short: '浙江', kind: 'province' }],
    may: () => true,
    reload: () => {},
    ...change,
  };
}
