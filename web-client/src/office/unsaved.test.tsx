// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { act, type ReactNode } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { phase } from '../enrol/fixtures';
import { place, press, show as showOnPage, type as typeInto } from '../kit/on-page';
import { page } from '../kit/unsaved';
import { DeskContext, PhaseContext } from './desk';
import { desk } from './fixtures';
import { RoleFields } from './people/role-fields';
import { ReasonButton } from './reason-button';
import { BulkDialog } from './registrations/bulk-bar';
import { ANY } from './registrations/filter';
import Quotas from './units/quotas';

const ROW = {
  unit: '33',
  seats: 10,
  taken: 0,
  submitted: 0,
  waitlisted: 0,
  nominated: 0,
  rejected: 0,
  withdrawn: 0,
};
vi.mock(import('./api'), async (original) => ({
  ...(await original()),
  quotas: async () => ({ plan_seats: 100, given: 10, rows: [ROW] }),
}));

const confirm = vi.fn(() => false);
const asked = () => confirm.mock.calls.length;

const show = (what: ReactNode) =>
  showOnPage(
    <DeskContext value={desk()}>
      <PhaseContext value={phase()}>{what}</PhaseContext>
    </DeskContext>,
  );

const type = (field: string, text: string) => typeInto(place.querySelector(field), text);

const pressEscape = () => act(async () => place.querySelector('dialog')?.dispatchEvent(new Event('cancel')));

beforeEach(() => {
  vi.stubGlobal('confirm', confirm);
  confirm.mockClear();
  HTMLDialogElement.prototype.showModal = () => {};
});

test('seats that were typed and not saved ask before another section is shown', async () => {
  await show(<Quotas />);
  await press('修改名额');
  expect(page.mayLeave()).toBe(true);
  await type('.seats-input', '12');
  expect(page.mayLeave()).toBe(false);
  await type('.seats-input', '10');
  expect([page.mayLeave(), asked()]).toEqual([true, 1]);
});

test('a reason asks before its dialog is closed with Esc', async () => {
  await show(
    <ReasonButton className="" title="移出" question="移出？" send={async () => {}} onDone={() => {}} />,
  );
  await press('移出');
  await type('input', '名单有误');
  await pressEscape();
  expect([asked(), place.querySelector('dialog') !== null]).toEqual([1, true]);
});

test('the words of a decision ask before they are lost', async () => {
  const closed = vi.fn();
  await show(
    <BulkDialog
      decision="reject"
      filter={ANY}
      selection={{ all: false, ids: new Set(['1']) }}
      count={1}
      seatsLeft={null}
      onClose={closed}
    />,
  );
  await type('textarea', '不符合条件');
  await pressEscape();
  expect([asked(), closed.mock.calls.length]).toEqual([1, 0]);
});

test('a role that was chosen without its class is not lost unasked', async () => {
  await show(<RoleFields grants={[]} onChange={() => {}} />);
  expect(page.mayLeave()).toBe(true);
  await type('select', 'class_admin');
  expect(page.mayLeave()).toBe(false);
});

test('every form of the office is one that asks, but for those that only look', () => {
  const here = import.meta.dirname;
  const all = readdirSync(here, { recursive: true, encoding: 'utf8' });
  const files = all.filter((name) => name.endsWith('.tsx') && !name.includes('.test.'));
  const bare = files.filter((name) => /<form\b/.test(readFileSync(`${here}/${name}`, 'utf8')));
  expect(bare).toEqual(['audit.tsx', 'search-box.tsx']);
});
