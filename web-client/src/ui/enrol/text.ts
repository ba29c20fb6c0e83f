/** The trainee's words in the language of the page. */
import { traineeEn } from '../../i18n/trainee.en';
import { type TraineeTexts, traineeZh } from '../../i18n/trainee.zh';
import { useText } from '../text';

export function useTraineeText(): TraineeTexts {
  return useText().language === 'zh' ? traineeZh : traineeEn;
}

/** Classes are called by their number everywhere; told a number like `001`, or the id that ends with it. */
export function useClassName(): (name: string) => string {
  const { mine } = useTraineeText();
  return (name) => {
    const number = /(?:^|-)(\d+)$/.exec(name)?.[1];
    return number === undefined ? name : mine.class(Number(number));
  };
}
