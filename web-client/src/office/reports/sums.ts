/** Where hours came from, added up as 结业情况表 does it. Pure. */
import type { LedgerLine } from '../../protocol';

export interface Sums {
  live: number;
  async: number;
  makeup: number;
  /** Corrected by people, revoked, or taken back by a later computation. */
  adjusted: number;
}

/** Of entries of one phase, in ch. */
export function sumsOf(entries: readonly Pick<LedgerLine, 'kind' | 'delta_ch'>[]): Sums {
  const sums: Sums = { live: 0, async: 0, makeup: 0, adjusted: 0 };
  for (const { kind, delta_ch } of entries) {
    if (kind === 'live' || kind === 'async' || kind === 'makeup') sums[kind] += delta_ch;
    else sums.adjusted += delta_ch;
  }
  return sums;
}
