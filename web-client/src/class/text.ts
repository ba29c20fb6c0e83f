/** The words of the class, and those of every page, in the language of the page. */
import { type Speech, useText } from '../kit/text';
import { classEn } from './texts.en';
import { type ClassTexts, classZh } from './texts.zh';

export function useClassText(): Omit<Speech, 't'> & { t: ClassTexts } {
  const speech = useText();
  return { ...speech, t: speech.language === 'zh' ? classZh : classEn };
}
