/** The replay's own words in the language of the page. */
import { useText } from '../kit/text';
import type { Missing } from './stretches';
import { replayEn } from './texts.en';
import { type ReplayTexts, replayZh } from './texts.zh';

export function useReplayText(): ReplayTexts {
  return useText().language === 'zh' ? replayZh : replayEn;
}

/** The name of a missing stretch, in words. */
export function missingText(missing: Missing, r: ReplayTexts): string {
  return missing.reason ? r.missing.reason[missing.reason] : r.missing[missing.why];
}
