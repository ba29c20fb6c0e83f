/** The words of the check before a class in the language of the page. */
import { useText } from '../../kit/text';
import { checkupEn } from './texts.en';
import { type CheckupTexts, checkupZh } from './texts.zh';

export function useCheckupText(): CheckupTexts {
  return useText().language === 'zh' ? checkupZh : checkupEn;
}
