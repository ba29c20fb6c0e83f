/** The office's words in the language of the page. */
import { useText } from '../kit/text';
import { officeEn } from './texts.en';
import { type OfficeTexts, officeZh } from './texts.zh';

export function useOfficeText(): OfficeTexts {
  return useText().language === 'zh' ? officeZh : officeEn;
}
