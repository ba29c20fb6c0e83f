/** Texts that people write about results: appeals, answers, reasons. Pure. */

/** The server's limit, in characters as people count them. */
export const TEXT_CHARS_MAX = 1000;

export interface Checked {
  /** Without blanks around it. */
  text: string;
  /** Characters that may still be written; below 0 they are too many. */
  left: number;
  /** It may be sent. */
  ok: boolean;
}

export function checkText(written: string): Checked {
  const text = written.trim();
  const count = [...text].length;
  return { text, left: TEXT_CHARS_MAX - count, ok: count > 0 && count <= TEXT_CHARS_MAX };
}
