/** The words of the operator's wall in the language of the page. */
import { useText } from '../kit/text';
import { operatorEn } from './texts.en';
import { type OperatorTexts, operatorZh } from './texts.zh';

export function useOperatorText(): OperatorTexts {
  return useText().language === 'zh' ? operatorZh : operatorEn;
}
