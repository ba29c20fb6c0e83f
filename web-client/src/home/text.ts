/** The words of the home page in the language of the page. */
import { useText } from '../kit/text';
import { homeEn } from './texts.en';
import { type HomeTexts, homeZh } from './texts.zh';

export function useHomeText(): HomeTexts {
  return useText().language === 'zh' ? homeZh : homeEn;
}
