/**
 * The checks of the registration form before it is sent. A kindness: the server checks the same again, and reports
 * mistakes with the same words. Pure.
 */
import { NAME_CHARS_MAX, SCHOOL_CHARS_MAX } from '../limits';
import type { DocumentKind, Sex, Wrong } from '../protocol';

const AGE_MIN = 16;
const AGE_MAX = 100;
/** The signs that divide the parts of a name: keyboards have many for the one that documents print. */
const INTERPUNCTS = '·•・‧．●∙･⋅ㆍ᛫.';
/**
 * Letters of any script with their marks, the signs that divide the parts of a name, and the tsheg between Tibetan
 * syllables.
 */
const NAME = new RegExp(
  `^(?![${INTERPUNCTS}])\\p{Alphabetic}[\\p{Alphabetic}\\p{M}\\s${INTERPUNCTS}\\-'’‘ʼ་༌]*$`,
  'u',
);
/** GB 11643: weights of the first 17 digits, and the check characters by the sum's remainder. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
/** The first two digits: the provinces, Taiwan, Hong Kong, Macao, and residence permits of those. */
const AREA = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

/** A text with full-width digits and letters, as Chinese keyboards type them, as ASCII; without spaces. */
export function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '');
}

export function wrongName(text: string): Wrong | null {
  const name = text.normalize('NFC').trim();
  if (name === '') return 'missing';
  if ([...name].length > NAME_CHARS_MAX) return 'too_long';
  return NAME.test(name) ? null : 'character';
}

/** The mistake in a document number; `today` is the day in Beijing, `2026-11-25`. */
export function wrongDocument(kind: DocumentKind, text: string, today: string): Wrong | null {
  const number = plain(text).toUpperCase();
  if (number === '') return 'missing';
  if (kind === 'resident') return wrongResident(number, today);
  if (number.length < 5 || number.length > 20) return 'length';
  return /^[0-9A-Z]+$/.test(number) ? null : 'character';
}

function wrongResident(number: string, today: string): Wrong | null {
  if (/^\d{15}$/.test(number)) return 'fifteen_digits';
  if (number.length !== 18) return 'length';
  if (!/^\d{17}[\dX]$/.test(number)) return 'digits';
  if (!AREA.test(number)) return 'area';
  const birthday = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDay(birthday)) return 'birthday';
  if (birthday > yearsBefore(today, AGE_MIN) || birthday <= yearsBefore(today, AGE_MAX + 1)) return 'age';
  const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(number[at]), 0);
  return CHECKS[sum % 11] === number[17] ? null : 'check';
}

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

function yearsBefore(day: string, years: number): string {
  return `${String(Number(day.slice(0, 4)) - years).padStart(4, '0')}${day.slice(4)}`;
}

export function wrongMobile(text: string): Wrong | null {
  const number = plain(text)
    .replace(/[-—－–―‐‑]/g, '')
    .replace(/^(\+86|0086)/, '');
  if (number === '') return 'missing';
  return /^1[3-9]\d{9}$/.test(number) ? null : 'phone';
}

export function wrongSchool(text: string): Wrong | null {
  const name = text.trim();
  if (name === '') return 'missing';
  return [...name].length > SCHOOL_CHARS_MAX ? 'too_long' : null;
}

/** The mistake in a school code, which is optional: an empty one is right, too. */
export function wrongSchoolCode(text: string): Wrong | null {
  const code = plain(text);
  if (code === '') return null;
  if (!/^\d+$/.test(code)) return 'digits';
  return code.length === 10 ? null : 'length';
}

export function wrongEmail(text: string): Wrong | null {
  const address = plain(text);
  return address === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? null : 'email';
}

/** The sex in a resident's number: the seventeenth digit is odd for men. */
export function sexOf(kind: DocumentKind | '', number: string): Sex | null {
  const digits = plain(number);
  if (kind !== 'resident' || digits.length !== 18 || !/^\d$/.test(digits[16] ?? '')) return null;
  return Number(digits[16]) % 2 === 1 ? 'male' : 'female';
}
