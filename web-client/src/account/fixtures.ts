/** Small accounts for the tests. */
import type { Account, AccountRole, RoleGrant } from '../protocol';

export function grant(role: AccountRole, unit: string | null = null, of: string | null = null): RoleGrant {
  return { role, unit, class: of };
}

export function account(change: Partial<Account> = {}): Account {
  return {
    seat: 's',
    person: 'p',
    name: '陈静',
    login: 'chenjing',
    phone: null,
    roles: [],
    may: [],
    must: [],
    has_second_factor: false,
    recovery_codes_left: 0,
    idle_s: 1800,
    ...change,
  };
}
