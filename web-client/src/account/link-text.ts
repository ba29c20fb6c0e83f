/** The words of signing in by a link, apart from the other words of accounts because they load with the class. */
import { useText } from '../kit/text';
import { linkEn } from './link-texts.en';
import { type LinkTexts, linkZh } from './link-texts.zh';

export function useLinkText(): LinkTexts {
  return useText().language === 'zh' ? linkZh : linkEn;
}
