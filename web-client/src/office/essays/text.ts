/** The words of requirements and reviewers in the language of the page. */
import { useText } from '../../kit/text';
import { essayDeskEn } from './texts.en';
import { type EssayDeskTexts, essayDeskZh } from './texts.zh';

export function useEssayDeskText(): EssayDeskTexts {
  return useText().language === 'zh' ? essayDeskZh : essayDeskEn;
}
