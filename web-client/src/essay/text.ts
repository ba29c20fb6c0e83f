/** The words of essays in the language of the page. */
import type { ApiProblem } from '../api';
import { formatMoment } from '../i18n/dates';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { essayEn } from './texts.en';
import { type EssayTexts, essayZh } from './texts.zh';

export function useEssayText(): EssayTexts {
  return useText().language === 'zh' ? essayZh : essayEn;
}

/** The sentence for a refusal of a request about an essay. */
export function useEssayProblem(): (problem: ApiProblem | string) => string {
  const p = usePortalText();
  const { problem: words } = useEssayText();
  return (problem) => problemSentence(problem, p, words);
}

/** The last moment to hand in, in words: the end of a day is 24:00 of that day. */
export function useClosing(): (closesMs: number) => string {
  const { language } = useText();
  return (closesMs) => formatMoment(closesMs - 1, language).replace('23:59', '24:00');
}

const HOUR_MS = 3_600_000;

/** The time until `closesMs`, in words. */
export function useLeft(): (closesMs: number, nowMs: number) => string {
  const e = useEssayText();
  return (closesMs, nowMs) => {
    const leftMs = closesMs - nowMs;
    if (leftMs <= 0) return e.over;
    if (leftMs < HOUR_MS) return e.lastHour;
    const hours = Math.floor(leftMs / HOUR_MS);
    return hours < 48 ? e.hoursLeft(hours) : e.daysLeft(Math.floor(hours / 24));
  };
}

/** A number of characters as people write it: `1,024`. */
export function figure(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}
