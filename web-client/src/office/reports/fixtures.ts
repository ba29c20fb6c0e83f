/** Small rows for the tests. */
import type { AttainmentLine } from '../../protocol';

export function attainment(id: number, change: Partial<AttainmentLine> = {}): AttainmentLine {
  return {
    id,
    name: '王丽',
    document: '**************002X',
    unit: '33',
    school: '一中',
    class: 'zp-1-001',
    live_ch: 400,
    async_ch: 300,
    makeup_ch: 50,
    adjusted_ch: -20,
    recognised_ch: 730,
    pace: 'on_track',
    essay: null,
    passed: null,
    certificate: null,
    issued_on: null,
    ...change,
  };
}
