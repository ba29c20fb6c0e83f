/** A check that waits for the trainee's answer: the time left, and the contents of the sheet. Pure. */
import type { OpenCheck } from '../../protocol';

/** The whole seconds left by the server's clock; never below 0. */
export function secondsLeft(deadlineMs: number, nowMs: number, clockOffsetMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs - clockOffsetMs) / 1000));
}

/** The share of the time to answer that is left, 0 to 1. */
export function shareLeft(leftS: number, answerS: number): number {
  return answerS > 0 ? Math.min(1, Math.max(0, leftS / answerS)) : 0;
}

/** The answer of this person to a check. */
export interface Answer {
  check: string;
  /**
   * `unsent`: pressed, to be sent as soon as there is a connection. `done`: the server has it, and the page says so
   * for a moment. `settled`: nothing more to show.
   */
  is: 'unsent' | 'sending' | 'done' | 'settled';
}

export type Phase = 'none' | 'asked' | 'unsent' | 'sending' | 'done';

/** The sheet for the open check, after the answer to the last one. */
export function phaseOf(open: OpenCheck | null, answer: Answer | null): Phase {
  if (open && open.check !== answer?.check) return 'asked';
  if (!answer || answer.is === 'settled') return 'none';
  return answer.is; // The server may have closed the check before its acknowledgement arrives.
}

/** The refusals after which asking again is pointless; after others the person may press again. */
const FINAL = ['too_late', 'wrong_state', 'not_found', 'ended', 'not_allowed', 'removed'];

/** The state of an answer that was refused or lost on its way. */
export function afterRefusal(answer: Answer, reason: string): Answer | null {
  if (reason === 'waits') return { ...answer, is: 'done' };
  if (reason === 'lost') return { ...answer, is: 'unsent' };
  return FINAL.includes(reason) ? { ...answer, is: 'settled' } : null;
}
