// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { account, grant } from '../account/fixtures';
import { place, show } from '../kit/on-page';
import type { Account, AccountRole, Me } from '../protocol';
import { HoursHead } from './head';
import { Trouble } from './trouble';
import { AccountContext, isOfOffice } from './who';

const person = { seat: 's', name: '陈静', role: 'trainee', lesson: 'demo', earns_hours: true } as Me;
const accountOf = (role: AccountRole) => account({ may: ['approve'], roles: [grant(role)] });

async function linkOf(account: Account | null, what: ReactNode): Promise<string | null | undefined> {
  await show(<AccountContext value={account}>{what}</AccountContext>);
  return place.querySelector('a')?.getAttribute('href');
}

test('the sign leads home: to the office, to the own classes, or with a link to the class', async () => {
  const head = <HoursHead person={person} title="" problem={null} onRefresh={() => {}} />;
  expect(await linkOf(accountOf('training_admin'), head)).toBe('/office?as=s');
  expect(await linkOf(accountOf('trainee'), head)).toBe('/home?as=s');
  expect(await linkOf(null, head)).toBe('/lesson/demo?as=s');
});

test('a refused page has a way out, and words for those with an account', async () => {
  const refused = <Trouble code="not_allowed" onRetry={() => {}} />;
  expect(await linkOf(accountOf('training_admin'), refused)).toBe('/office?as=s');
  expect(place.textContent).toContain('你的账号不能看');
  expect(await linkOf(null, refused)).toBe('/');
  expect(place.textContent).toContain('请用自己的链接打开');
});

test('people of the office see a sheet in the office, trainees their own hours without it', () => {
  const clerk = { person: { ...person, earns_hours: false }, account: accountOf('training_admin') };
  expect([isOfOffice(clerk, 'demo'), isOfOffice(clerk, null)]).toEqual([true, true]);
  expect(isOfOffice({ person, account: accountOf('trainee') }, 'demo')).toBe(false);
  expect(isOfOffice({ person, account: null }, 'demo')).toBe(false);
  expect(isOfOffice({ person, account: accountOf('training_admin') }, null)).toBe(false);
});
