/** The figures of a policy as texts in fields, and the data that is sent. Pure. */
import { chFrom, hoursFigure } from '../../i18n/figures';
import type { PolicyFigures, PolicyLimits, Share } from '../../protocol';

/** The figures in seconds, in the order of a class. */
export const SECONDS = [
  'gap',
  'hb_timeout',
  'block',
  'answer',
  'tol',
  'overrun_max',
  'late',
  'early',
] as const;
export type SecondsKey = (typeof SECONDS)[number];

export interface PolicyDraft extends Record<SecondsKey, string> {
  version: string;
  /** The period in seconds, one of those offered. */
  period: string;
  /** The step, in seconds, which divides the period. */
  step: string;
  /** The share, percent. */
  share: string;
  /** The cap, 学时; empty = no bound. */
  cap: string;
  makeup: boolean;
}

export type PolicyKey = keyof PolicyFigures;

/** The draft of the next policy: the previous one, with a name of its own. */
export function draftOf(figures: PolicyFigures): PolicyDraft {
  const seconds = Object.fromEntries(SECONDS.map((key) => [key, String(figures[key])]));
  return {
    ...(seconds as Record<SecondsKey, string>),
    version: '',
    period: String(figures.period),
    step: String(Math.round(figures.period / figures.inc)),
    share: percentOf(figures.min_share),
    cap: figures.daily_async_cap === null ? '' : hoursFigure(figures.daily_async_cap),
    makeup: figures.makeup,
  };
}

/** A share in percent with two decimals at most, as people write it. */
export function percentOf({ part, whole }: Share): string {
  return String(Math.round((part * 10_000) / whole) / 100);
}

/** The data that is sent, or the fields in which there is no figure or one out of its limits. */
export function figuresOf(draft: PolicyDraft, limits: PolicyLimits): PolicyFigures | PolicyKey[] {
  const wrong: PolicyKey[] = [];
  const kept = <T>(key: PolicyKey, value: T | null, otherwise: T): T => {
    if (value === null) wrong.push(key);
    return value ?? otherwise;
  };
  const version = draft.version.trim();
  const bytes = new TextEncoder().encode(version).length;
  kept('version', bytes > 0 && bytes <= limits.version_bytes ? version : null, '');
  const seconds = SECONDS.map((key) => {
    const limit = limits.seconds.find((one) => one.key === key);
    return [key, kept(key, within(draft[key], limit?.least ?? 0, limit?.most ?? 86_400), 0)] as const;
  });
  const share = kept('min_share', shareFrom(draft.share), { part: 0, whole: 1 });
  const cap = draft.cap.trim() === '' ? null : kept('daily_async_cap', capFrom(draft.cap, limits), 0);
  const period = Number(draft.period);
  if (wrong.length > 0) return wrong;
  return {
    ...(Object.fromEntries(seconds) as Record<SecondsKey, number>),
    version,
    period,
    inc: period / Number(draft.step),
    min_share: share,
    daily_async_cap: cap,
    makeup: draft.makeup,
  };
}

function within(text: string, least: number, most: number): number | null {
  const plain = text.normalize('NFKC').trim();
  const number = /^\d{1,6}$/.test(plain) ? Number(plain) : null;
  return number !== null && number >= least && number <= most ? number : null;
}

/** The share of a percentage with up to two decimals. */
function shareFrom(text: string): Share | null {
  const plain = text.normalize('NFKC').replace('%', '').trim();
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(plain) || Number(plain) > 100) return null;
  return { part: Math.round(Number(plain) * 100), whole: 10_000 };
}

function capFrom(text: string, limits: PolicyLimits): number | null {
  const ch = chFrom(text);
  return ch !== null && ch >= 0 && ch <= limits.daily_async_cap_ch ? ch : null;
}

/** Seconds as minutes, `900` as `15:00`, for people who think in minutes. */
export function minutesOf(text: string): string {
  const seconds = within(text, 0, 999_999);
  if (seconds === null) return '';
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
