import { expect, test } from 'vitest';
import type { Account, AccountRole, Action, Must } from '../protocol';
import { grant, account as someAccount } from './fixtures';
import { firstPageOf, hasOffice } from './where';

function account(roles: AccountRole[], may: Action[], must: Must[] = []): Account {
  return someAccount({ roles: roles.map((role) => grant(role)), may, must });
}

const trainee = account(['trainee'], ['register', 'see_registrations', 'reveal', 'see_reports']);
const instructor = account(['instructor'], ['announce', 'see_reports']);
const unitAdmin = account(['unit_admin'], ['see_registrations', 'recommend', 'nominate', 'make_accounts']);
const operator = account(['operator'], ['see_load']);

test.each([
  [trainee, null, '/home?as=s'],
  [trainee, '/enrol/zp-1', '/enrol/zp-1?as=s'],
  [instructor, null, '/home?as=s'],
  [unitAdmin, null, '/office?as=s'],
  [operator, null, '/operator?as=s'],
  [account(['audit_admin'], ['read_audit']), null, '/office?as=s'],
  [account(['unit_admin'], [], ['enrol_second_factor']), '/office', '/account?as=s'],
])('%#: the first page, back to %s', (who, back, page) => {
  expect(firstPageOf(who, back)).toBe(page);
});

test('who learns and administers has both', () => {
  expect([hasOffice(trainee), hasOffice(instructor), hasOffice(unitAdmin)]).toEqual([false, false, true]);
  const both = account(['trainee', 'class_admin'], ['register', 'see_registrations', 'see_reports']);
  expect([hasOffice(both), firstPageOf(both)]).toEqual([true, '/home?as=s']);
});
