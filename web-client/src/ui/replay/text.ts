/** The replay's own words in the language of the page. */
import { replayEn } from '../../i18n/replay.en';
import { type ReplayTexts, replayZh } from '../../i18n/replay.zh';
import type { Missing } from '../../replay/stretches';
import { useText } from '../text';

export function useReplayText(): ReplayTexts {
  return useText().language === 'zh' ? replayZh : replayEn;
}

/** What a missing stretch is, in words. */
export function missingText(missing: Missing, r: ReplayTexts): string {
  return missing.reason ? r.missing.reason[missing.reason] : r.missing[missing.why];
}
