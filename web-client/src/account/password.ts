/** The rules of a new password, shown while it is typed; the server checks them again. Pure. */
import { PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PASSWORD_CHARS_MIN_ADMIN } from '../limits';

export type PasswordRule = 'length' | 'classes' | 'personal';

export interface RuleState {
  rule: PasswordRule;
  met: boolean;
}

export function leastLength(isAdmin: boolean): number {
  return isAdmin ? PASSWORD_CHARS_MIN_ADMIN : PASSWORD_CHARS_MIN;
}

/** The rules, each with whether it is met; `personal` are names and telephone numbers that it must not hold. */
export function passwordRules(password: string, isAdmin: boolean, personal: readonly string[]): RuleState[] {
  const length = [...password].length;
  const bytes = new TextEncoder().encode(password).length;
  const lower = password.toLowerCase();
  const holds = (word: string) => [...word].length >= 2 && lower.includes(word.toLowerCase());
  return [
    { rule: 'length', met: length >= leastLength(isAdmin) && bytes <= PASSWORD_BYTES_MAX },
    { rule: 'classes', met: classesOf(password) >= 3 },
    { rule: 'personal', met: password !== '' && !personal.some(holds) },
  ];
}

/** The number of kinds of characters: small letters, capital letters, digits, and everything else. */
function classesOf(password: string): number {
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{Ll}\p{Lu}\p{N}]/u];
  return classes.filter((one) => one.test(password)).length;
}

export function passwordIsGood(password: string, isAdmin: boolean, personal: readonly string[]): boolean {
  return passwordRules(password, isAdmin, personal).every(({ met }) => met);
}
