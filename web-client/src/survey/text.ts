/** The survey's words in the language of the page. */
import { useText } from '../kit/text';
import { surveyEn } from './texts.en';
import { type SurveyTexts, surveyZh } from './texts.zh';

export function useSurveyText(): SurveyTexts {
  return useText().language === 'zh' ? surveyZh : surveyEn;
}
