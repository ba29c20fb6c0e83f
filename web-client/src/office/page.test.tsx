// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { account, grant } from '../account/fixtures';
import { place, show } from '../kit/on-page';
import type { Account, Programme, RoleGrant } from '../protocol';
import OfficePage from './page';

// What the sections themselves ask for is tested where they stand.
vi.mock('./registrations/registrations', () => ({ default: () => <h1>Registrations</h1> }));
vi.mock('./classes', () => ({ default: () => <h1>Classes</h1> }));

const asked: string[] = [];
let who: Account;
let all: Programme[];
let behind: number | null;
let isRefused: boolean;

function answerTo(address: string): unknown {
  if (address.includes('/api/account')) return who;
  if (address.includes('/attainments')) return { rows: [], next: null, counts: { open: 9, behind } };
  return address.endsWith('/api/programmes') ? all : [];
}

beforeEach(() => {
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const isProblem = isRefused && address.includes('/attainments');
    return new Response(JSON.stringify(isProblem ? {} : answerTo(address)), {
      status: isProblem ? 500 : 200,
      headers: { 'content-type': 'application/json' },
    });
  });
  asked.length = 0;
  all = [];
  behind = 5;
  isRefused = false;
});

async function open(path: string, role: RoleGrant): Promise<void> {
  who = account({ may: ['see_registrations', 'approve', 'see_reports'], roles: [role] });
  history.replaceState(null, '', path);
  await show(<OfficePage seat="s" section={null} />);
  await act(async () => {});
}

test('a section that is not there is told, and not another one shown', async () => {
  await open('/office/xyz?as=s', grant('training_admin'));
  expect(place.querySelector('main')?.textContent).toContain('没有这个页面');
  expect(place.querySelector('[aria-current]')).toBeNull();
  expect(place.querySelector('main a')?.getAttribute('href')).toBe('/office?as=s');
});

test('a trainee is told in one sentence that this is not the place, with the way home', async () => {
  await open('/office?as=s', grant('trainee'));
  expect(place.querySelector('.office-nav, select, search')).toBeNull();
  expect(place.querySelector('main a')?.getAttribute('href')).toBe('/home?as=s');
  expect(asked.filter((address) => !address.includes('/api/account'))).toEqual([]);
});

describe('those who are behind', () => {
  const phase = { id: 'zp-1', number: 1, title: '团队建设', timing: 'open', registration_from_ms: 0 };
  const ofClass = grant('class_admin', null, 'zp-1-001');
  const notice = () => place.querySelector('.report-notice');
  const openWith = async (path: string, role: RoleGrant) => {
    all = [
      { id: 'zp', title: '示范', issuers: [], policy_version: null, phases: [phase] } as unknown as Programme,
    ];
    await open(path, role);
    await act(() => vi.dynamicImportSettled());
    await act(async () => {});
  };
  const isAsked = () => asked.some((address) => address.includes('/attainments'));

  test.each([ofClass, grant('unit_admin', '33')])('are told on the first page to %o', async (role) => {
    await openWith('/office?as=s', role);
    expect(notice()?.textContent).toBe('你负责的学员中，本期有 5 位进度落后。看名单');
    expect(notice()?.querySelector('a')?.getAttribute('href')).toBe(
      '/office/reports?as=s&phase=zp-1&behind=true',
    );
    expect(asked).toContain('/api/phases/zp-1/attainments?behind=true&limit=1&as=s');
  });

  test('are not told when there is nobody, none were counted, or the server does not answer', async () => {
    for (const count of [0, null]) {
      behind = count;
      await openWith('/office?as=s', ofClass);
      expect([isAsked(), notice()]).toEqual([true, null]);
    }
    isRefused = true;
    await openWith('/office?as=s', ofClass);
    expect([notice(), place.querySelector('.office-section [role=alert]')]).toEqual([null, null]);
  });

  test('are not asked for by those who see all units, nor on another page', async () => {
    await openWith('/office?as=s', grant('training_admin'));
    expect(isAsked()).toBe(false);
    await openWith('/office/classes?as=s', ofClass);
    expect(isAsked()).toBe(false);
  });
});
