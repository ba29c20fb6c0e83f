/** How somebody's self-test stands, in words. Pure. */
import type { QuizGoal } from '../protocol';
import type { QuizTexts } from './texts.zh';

export function quizState(quiz: QuizGoal, nowMs: number, w: QuizTexts): string {
  if (quiz.passed) return w.goal.passed;
  if (quiz.running) return w.goal.running;
  if (quiz.tries_left === 0) return w.goal.spent;
  if (nowMs >= quiz.about.closes_ms) return w.goal.late;
  return quiz.best === null ? w.goal.notYet(quiz.tries_left) : w.goal.notPassed(quiz.tries_left);
}
