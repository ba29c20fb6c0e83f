// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { line, myLesson, statement } from '../../hours/fixtures';
import { button, place, press, show } from '../../kit/on-page';
import type { AttainmentPage, MyHours, Phase } from '../../protocol';
import { DeskContext, PhaseContext } from '../desk';
import { desk } from '../fixtures';
import { attainment } from './fixtures';
import Reports from './reports';

const FILTERS = 'as=s&phase=zp-1&text=%E4%B8%80%E4%B8%AD&behind=true';
const phase = { id: 'zp-1', number: 1, title: '团队建设', hours_ch: 1000 } as Phase;
const page: AttainmentPage = {
  rows: [
    attainment(7, { pace: 'behind' }),
    attainment(8, { name: '李强', pace: 'short' }),
    attainment(9, { name: '赵敏' }),
  ],
  next: null,
  counts: { passed: 0, failed: 0, open: 3, behind: 2 },
  source: { seq: 0, at_ms: 0 },
};
const hours: MyHours = {
  lessons: [
    myLesson({
      appeal_until_ms: 86_400_000,
      line: line('王丽', {
        balance_ch: 100,
        with_replay_s: 2700,
        reasons: [{ reason: 'late', late_seconds: 425 }],
      }),
    }),
  ],
  entries: [
    {
      seq: 1,
      at_ms: 0,
      lesson: 'demo',
      kind: 'live',
      delta_ch: 100,
      reason: '',
      by: null,
      policy_version: 'v1',
      hash: 'abcdef0123456789',
    },
  ],
  recognised_ch: 100,
  uncapped_ch: 100,
  five_years_ch: 0,
  five_years_short_ch: 5000,
  appeals: [],
};

const asked: string[] = [];
let refused = '';

function answerTo(address: string): unknown {
  if (address.includes('/statement')) return statement();
  if (/\/attainments\/\d/.test(address)) return hours;
  return address.includes('/attainments') ? page : [];
}

beforeEach(() => {
  asked.length = 0;
  refused = '';
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const isRefused = refused !== '' && address.includes(refused);
    return new Response(JSON.stringify(isRefused ? { error: 'not_found' } : answerTo(address)), {
      status: isRefused ? 404 : 200,
      headers: { 'content-type': 'application/json' },
    });
  });
});

async function open(query: string): Promise<void> {
  history.replaceState(null, '', `/office/reports?${query}`);
  await show(
    <DeskContext value={desk()}>
      <PhaseContext value={phase}>
        <Reports />
      </PhaseContext>
    </DeskContext>,
  );
  await act(async () => {});
}

const link = (text: string) => [...place.querySelectorAll('a')].find((one) => one.textContent === text);

async function follow(text: string): Promise<void> {
  await act(async () => link(text)?.click());
  await act(async () => {});
}

test('the tab of those who are behind stands in the address, and excludes the others', async () => {
  await open('as=s&phase=zp-1&passed=open');
  await press('进度落后2');
  await act(async () => {});
  expect(location.search).toBe('?as=s&phase=zp-1&behind=true');
  expect(asked.at(-1)).toContain('/attainments?behind=true');
  expect(link('CSV（UTF-8）')?.getAttribute('href')).toContain('behind=true');
  await press('未定3');
  expect(location.search).toBe('?as=s&phase=zp-1&passed=open');
});

test('who is behind has words and a colour; a count that was not made is not told', async () => {
  await open('as=s&phase=zp-1');
  const marks = [...place.querySelectorAll('td .mark')].map((mark) => [mark.className, mark.textContent]);
  expect(marks).toEqual([
    ['mark fair', '落后于课表'],
    ['mark fair', '剩余的课不够了'],
    ['mark calm', '未定'],
  ]);
  page.counts.behind = null;
  await open('as=s&phase=zp-1&text=x');
  page.counts.behind = 2;
  expect(button('进度落后')).toBeDefined();
});

test('a name leads to lessons, ledger and statement, and back to the same list', async () => {
  await open(FILTERS);
  expect(link('王丽')?.getAttribute('href')).toBe(`/office/reports?${FILTERS}&of=7`);
  await follow('王丽');
  expect(location.search).toBe(`?${FILTERS}&of=7`);
  expect(document.activeElement).toBe(place.querySelector('h1'));
  const text = place.querySelector('.report-person')?.textContent ?? '';
  for (const part of ['王丽', '浙江', '1 / 10 学时', '第一讲', '迟到', '学时账本', '五年学时证明']) {
    expect(text).toContain(part);
  }
  expect(asked).toContain('/api/phases/zp-1/attainments/7?as=s');
  // What only the person may do is not offered, and their pages are not linked to.
  expect([button('申诉'), place.querySelector('a[href*="/replay/"], a[href*="/certificate/"]')]).toEqual([
    undefined,
    null,
  ]);
  await follow('回到名单');
  expect(location.search).toBe(`?${FILTERS}`);
  expect(document.activeElement).toBe(link('王丽'));
  expect(place.querySelector('.report-person')).toBeNull();
  expect(asked.filter((address) => /attainments(\?|$)/.test(address))).toHaveLength(1);
});

test('the page of a person opens by its address alone, without the list', async () => {
  await open(`${FILTERS}&of=7`);
  expect(place.querySelector('h1')?.textContent).toBe('王丽');
  expect(asked.some((address) => /attainments(\?|$)/.test(address))).toBe(false);
  await follow('回到名单');
  expect(place.querySelector('table')).not.toBeNull();
});

test('a person who is not there is told, with the way back', async () => {
  refused = '/attainments/7';
  await open(`${FILTERS}&of=7`);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
  expect(link('回到名单')).toBeDefined();
});
