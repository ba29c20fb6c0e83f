/** The words of registration in the language of the page. */
import { useText } from '../kit/text';
import { enrolEn } from './texts.en';
import { type EnrolTexts, enrolZh } from './texts.zh';

export function useEnrolText(): EnrolTexts {
  return useText().language === 'zh' ? enrolZh : enrolEn;
}

/** The name of a class, which goes by its number everywhere; takes a number like `001`, or the id that ends with it. */
export function useClassName(): (name: string) => string {
  const { mine } = useEnrolText();
  return (name) => {
    const number = /(?:^|-)(\d+)$/.exec(name)?.[1];
    return number === undefined ? name : mine.class(Number(number));
  };
}
