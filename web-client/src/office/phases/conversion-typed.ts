/** The rule of credits as somebody types it. Pure. */
import type { Conversion } from '../../protocol';

export interface TypedConversion {
  hours: string;
  category: string;
  /** Credits of a year with one decimal; empty: no bound. */
  cap: string;
}

/** Null: something is wrong with it. */
export function typedConversion(typed: TypedConversion): Conversion | null {
  const { hours, cap } = wrongIn(typed);
  if (hours || cap) return null;
  return {
    hours_per_credit: Number(typed.hours),
    category: typed.category.trim(),
    year_cap_tenths: typed.cap.trim() === '' ? null : Math.round(Number(typed.cap) * 10),
  };
}

export function wrongIn({ hours, cap }: TypedConversion): { hours: boolean; cap: boolean } {
  const whole = /^\d{1,3}$/.test(hours.trim()) ? Number(hours) : 0;
  const isCap = cap.trim() === '' || (/^\d{1,4}(\.\d)?$/.test(cap.trim()) && Number(cap) <= 1000);
  return { hours: whole < 1 || whole > 100, cap: !isCap };
}
