/** The pages to which a person with an account belongs. Pure but for `rememberAccount`. */
import type { Account, Action } from '../protocol';
import { accountPage, as, homePage, officePage, operatorPage } from '../routes';

/** The actions that have a page in the office. */
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

/** Whether the person does more than learn and teach. */
export function administers({ roles }: Pick<Account, 'roles'>): boolean {
  return roles.some(({ role }) => !LEARNERS.includes(role));
}

/** Whether the person has work in the office. */
export function hasOffice({ may, roles }: Pick<Account, 'may' | 'roles'>): boolean {
  return administers({ roles }) && may.some((one) => OFFICE.includes(one));
}

/** The page that is shown after signing in. */
export function firstPageOf(
  account: Pick<Account, 'seat' | 'may' | 'roles' | 'must'>,
  back: string | null = null,
): string {
  if (account.must.length > 0) return accountPage(account.seat);
  if (back !== null) return as(back, account.seat);
  if (account.roles.some(({ role }) => LEARNERS.includes(role))) return homePage(account.seat);
  if (hasOffice(account)) return officePage(account.seat);
  return account.may.includes('see_load') ? operatorPage(account.seat) : homePage(account.seat);
}

const KEY = 'live-classroom.account';

/** Remembers the public name of the session only; the proof stays in the cookie. */
export function rememberAccount(seat: string | null, storage: Pick<Storage, 'setItem' | 'removeItem'>): void {
  try {
    if (seat === null) storage.removeItem(KEY);
    else storage.setItem(KEY, seat);
  } catch {
    // Storage is forbidden: the person signs in again on the next visit.
  }
}

export function rememberedAccount(storage: Pick<Storage, 'getItem'>): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}
