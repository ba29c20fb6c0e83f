import { expect, test } from 'vitest';
import { account, grant } from '../account/fixtures';
import type { Account, AccountRole, Class } from '../protocol';
import { hasUnits, ownClasses } from './desk';

function of(...roles: [AccountRole, string | null, string | null][]): Account {
  return account({ roles: roles.map((one) => grant(...one)) });
}

const all = ['zp-1-001', 'zp-1-002'].map((id) => ({ id })) as unknown as Class[];

test.each([
  [of(['training_admin', null, null]), true, 2],
  [of(['auditor', null, null]), true, 2],
  [of(['unit_admin', '33', null]), true, 2],
  [of(['class_admin', null, 'zp-1-002']), false, 1],
  [of(['class_admin', null, 'zp-2-002']), false, 0],
  [of(['class_admin', null, 'zp-1-002'], ['unit_admin', '33', null]), true, 2],
  [of(['trainee', null, null]), false, 0],
])('%#: works with units, and sees so many of the classes', (who, units, classes) => {
  expect([hasUnits(who), ownClasses(who, all).length]).toEqual([units, classes]);
});
