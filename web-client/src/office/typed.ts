/** Whole figures as people type them. Pure. */

/** The seats of a unit; null when the text is no such number. Full-width digits are digits. */
export function seatsFrom(text: string): number | null {
  const plain = text.normalize('NFKC').trim();
  return /^\d{1,6}$/.test(plain) ? Number(plain) : null;
}

/** The entries, one per line, without blanks and repetitions. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
