/** The words of self-tests in the language of the page. */
import { useText } from '../kit/text';
import { quizDeskEn } from './desk-texts.en';
import { type QuizDeskTexts, quizDeskZh } from './desk-texts.zh';
import { quizEn } from './texts.en';
import { type QuizTexts, quizZh } from './texts.zh';

export function useQuizText(): QuizTexts {
  return useText().language === 'zh' ? quizZh : quizEn;
}

/** For the office. */
export function useQuizDeskText(): QuizDeskTexts {
  return useText().language === 'zh' ? quizDeskZh : quizDeskEn;
}
