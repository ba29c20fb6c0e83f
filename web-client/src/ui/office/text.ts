/** The office's words in the language of the page. */
import { officeEn } from '../../i18n/office.en';
import { type OfficeTexts, officeZh } from '../../i18n/office.zh';
import { useText } from '../text';

export function useOfficeText(): OfficeTexts {
  return useText().language === 'zh' ? officeZh : officeEn;
}
