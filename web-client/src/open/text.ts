/** The catalogue's words in the language of the page. */
import { useText } from '../kit/text';
import { openEn } from './texts.en';
import { type OpenTexts, openZh } from './texts.zh';

export function useOpenText(): OpenTexts {
  return useText().language === 'zh' ? openZh : openEn;
}
