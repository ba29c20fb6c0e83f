/** Texts that people write about results: appeals, answers, reasons. Pure. */
import { HOURS_TEXT_CHARS_MAX } from '../limits';

export interface Checked {
  /** The text without blanks around it. */
  text: string;
  /** The number of characters that may still be written; below 0 there are too many. */
  left: number;
  /** Whether it may be sent. */
  ok: boolean;
}

export function checkText(written: string): Checked {
  const text = written.trim();
  const count = [...text].length;
  return { text, left: HOURS_TEXT_CHARS_MAX - count, ok: count > 0 && count <= HOURS_TEXT_CHARS_MAX };
}
