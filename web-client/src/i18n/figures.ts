/** Credit and lengths of time as people read and write them: 100 ch are 1 学时. Pure. */

/** Credit in 学时: `170` → `1.7`, `185` → `1.85`, `-30` → `−0.3`. */
export function hoursFigure(ch: number): string {
  const amount = Math.abs(ch);
  const cents = String(amount % 100).padStart(2, '0');
  const rest = cents.replace(/0+$/, '');
  return `${ch < 0 ? '−' : ''}${Math.floor(amount / 100)}${rest && `.${rest}`}`;
}

/** The same as a change: `+1.7`, `−0.3`, `0`. */
export function signedFigure(ch: number): string {
  return ch > 0 ? `+${hoursFigure(ch)}` : hoursFigure(ch);
}

/** The typed 学时 as whole ch; null when it is no such figure. Full-width digits are digits. */
export function chFrom(text: string): number | null {
  const plain = text.normalize('NFKC').trim().replace('−', '-').replace('。', '.');
  const found = /^([+-]?)(\d{1,3})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  const [, sign, whole, cents = ''] = found;
  const ch = Number(whole) * 100 + Number(cents.padEnd(2, '0'));
  return sign === '-' && ch !== 0 ? -ch : ch;
}

export interface Span {
  minutes: number;
  seconds: number;
}

export function spanOf(seconds: number): Span {
  const whole = Math.max(0, Math.floor(seconds));
  return { minutes: Math.floor(whole / 60), seconds: whole % 60 };
}
