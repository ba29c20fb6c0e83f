/** Whole figures as people type them. Pure. */

/** Seats of a unit; null when it is no such number. Full-width digits are digits. */
export function seatsFrom(text: string): number | null {
  const plain = text.normalize('NFKC').trim();
  return /^\d{1,6}$/.test(plain) ? Number(plain) : null;
}

/** One entry per line, without blanks and repetitions. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** A day and a time of Beijing as an instant; null while one of them is missing. */
export function instantOf(day: string, time: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const ms = Date.parse(`${day}T${time}:00+08:00`);
  return Number.isNaN(ms) ? null : ms;
}
