/** Where somebody with an account belongs, and the way back after signing in. Pure but for `remember`. */
import type { Account, Action } from '../protocol';

/** Actions that have a page in the office. */
const OFFICE: readonly Action[] = [
  'recommend',
  'approve',
  'nominate',
  'set_quota',
  'make_phase',
  'form_classes',
  'make_accounts',
  'set_roles',
  'read_audit',
  'see_reports',
];
const LEARNERS = ['trainee', 'instructor'];

export function as(path: string, seat: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}as=${encodeURIComponent(seat)}`;
}

/** Has work in the office: everybody but those who only learn and teach. */
export function hasOffice({ may, roles }: Pick<Account, 'may' | 'roles'>): boolean {
  const administers = roles.some(({ role }) => !LEARNERS.includes(role));
  return administers && may.some((one) => OFFICE.includes(one));
}

/** The page that is shown after signing in. */
export function firstPageOf(
  account: Pick<Account, 'seat' | 'may' | 'roles' | 'must'>,
  back: string | null = null,
): string {
  if (account.must.length > 0) return as('/account', account.seat);
  if (back !== null) return as(back, account.seat);
  if (account.roles.some(({ role }) => LEARNERS.includes(role))) return as('/home', account.seat);
  if (hasOffice(account)) return as('/office', account.seat);
  return as(account.may.includes('see_load') ? '/operator' : '/home', account.seat);
}

/** The page one came from, only of this site, and not as whom. */
export function backOf(url: URL): string | null {
  const back = url.searchParams.get('back');
  if (back === null || !/^\/[a-z]/.test(back)) return null;
  const page = new URL(back, url.origin);
  if (page.origin !== url.origin) return null;
  page.searchParams.delete('as');
  return page.pathname + page.search;
}

/** Sign in again, and come back to where one was. */
export function signInAgain(url: URL): string {
  return `/?back=${encodeURIComponent(url.pathname + url.search)}`;
}

const KEY = 'live-classroom.account';

/** The public name of the session only; the proof stays in the cookie. */
export function rememberAccount(seat: string | null, storage: Pick<Storage, 'setItem' | 'removeItem'>): void {
  try {
    if (seat === null) storage.removeItem(KEY);
    else storage.setItem(KEY, seat);
  } catch {
    // Forbidden storage: one signs in again on the next visit.
  }
}

export function rememberedAccount(storage: Pick<Storage, 'getItem'>): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}
