/** The words of the account pages, and those of every form, in the language of the page. */
import { useText } from '../kit/text';
import { accountEn } from './texts.en';
import { type AccountTexts, accountZh } from './texts.zh';

export function useAccountText(): AccountTexts {
  return useText().language === 'zh' ? accountZh : accountEn;
}
