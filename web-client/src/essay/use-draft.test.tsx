// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { show } from '../kit/on-page';
import type { MyEssay } from '../protocol';
import { keeping } from './draft';
import { keyOf, readCopy } from './kept';
import { useDraft, type Writing } from './use-draft';

const essay = (change: Partial<MyEssay> = {}): MyEssay => ({
  asked: {
    phase: 'zp-1',
    title: '',
    rule: { kind: 'either', least: 4, due: '2020-11-27' },
    closes_ms: 1,
    state: 'draft',
    count: 0,
    asks_consent: false,
  },
  now_ms: 0,
  revision: 0,
  text: '',
  saved_at_ms: null,
  handed_in_at_ms: null,
  may_take_back: false,
  file: null,
  reviews: [],
  distinction: null,
  ...change,
});

/** The requests to the server, and the calls that wait for an answer. */
const asked: {
  path: string;
  body: { revision: number; text: string };
  answer: (of: object | null) => void;
}[] = [];
const last = () => asked.at(-1) as (typeof asked)[0];
const saved = (text: string, revision: number) => ({
  type: 'saved',
  essay: essay({ text, revision, saved_at_ms: 7 }),
});

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  localStorage.clear();
  sessionStorage.clear();
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    return new Promise((resolve, reject) => {
      const answer = (of: object | null) =>
        of ? resolve(new Response(JSON.stringify(of))) : reject(new TypeError('no network'));
      asked.push({ path, body, answer });
    });
  });
});
afterEach(() => {
  vi.useRealTimers();
});

let now: Writing;
function Probe() {
  now = useDraft({ seat: 's', person: 'p', phase: 'zp-1', first: essay() });
  return null;
}
const type = (text: string) => act(async () => now.type(text));
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const answer = (of: object | null) =>
  act(async () => {
    last().answer(of);
    await vi.advanceTimersByTimeAsync(0);
  });
const copy = () => readCopy(keyOf('p', 'zp-1'), '', localStorage)?.copy ?? null;

test('who types on and on is saved all the same, one request after the other', async () => {
  await show(<Probe />);
  for (let at = 1; at <= 20; at += 1) {
    await type('字'.repeat(at));
    await pass(100);
  }
  expect(asked).toHaveLength(1);
  const { text } = last().body;
  await type('字'.repeat(30));
  await pass(3_000);
  expect(asked).toHaveLength(1);
  await answer(saved(text, 1));
  await pass(1_500);
  expect([asked.length, last().body.revision, last().body.text.length]).toEqual([2, 1, 30]);
  await answer(saved('字'.repeat(30), 2));
  expect([keeping(now.draft), now.savedAtMs, copy()]).toEqual(['saved', 7, null]);
});

test('without a network the text is on the device, and sent when the network is back', async () => {
  await show(<Probe />);
  await type('地铁');
  expect(copy()).toEqual({ text: '地铁', revision: 0 });
  await pass(1_500);
  await answer(null);
  expect(keeping(now.draft)).toBe('offline');
  await act(async () => void window.dispatchEvent(new Event('online')));
  expect(asked).toHaveLength(2);
  await answer(saved('地铁', 1));
  expect([keeping(now.draft), copy()]).toEqual(['saved', null]);
});

test('handing in waits for the save on its way and names its revision', async () => {
  await show(<Probe />);
  await type('第一稿');
  await pass(1_500);
  await type('第二稿！');
  let done: MyEssay | null = null;
  const first = last();
  await act(async () => {
    void now.handIn().then((of) => {
      done = of;
    });
    await vi.advanceTimersByTimeAsync(0);
  });
  expect(asked).toHaveLength(1);
  await act(async () => {
    first.answer(saved('第一稿', 1));
    await vi.advanceTimersByTimeAsync(0);
  });
  expect([last().path, last().body]).toEqual([
    '/api/phases/zp-1/essay/hand-in?as=s',
    { revision: 1, text: '第二稿！' },
  ]);
  await answer(saved('第二稿！', 2));
  expect((done as MyEssay | null)?.revision).toBe(2);
});

test('another device in between is a conflict, and nothing is handed in before the author has chosen', async () => {
  await show(<Probe />);
  await type('电脑');
  await pass(1_500);
  await answer({ type: 'conflict', essay: essay({ text: '手机', revision: 5 }) });
  expect([keeping(now.draft), now.draft.other?.text, copy()]).toEqual([
    'conflict',
    '手机',
    { text: '电脑', revision: 0 },
  ]);
  expect(await now.handIn()).toBeNull();
  await act(async () => now.settle('电脑'));
  await pass(1_500);
  expect([asked.length, last().body]).toEqual([2, { revision: 5, text: '电脑' }]);
});

test('handing in without a network is told, and the text is still saved', async () => {
  await show(<Probe />);
  await type('够长的心得');
  let refused: unknown = null;
  await act(async () => {
    void now.handIn().catch((error: unknown) => {
      refused = error;
    });
    await vi.advanceTimersByTimeAsync(0);
  });
  await act(async () => {
    last().answer(null);
    await vi.advanceTimersByTimeAsync(0);
  });
  expect((refused as { code?: string } | null)?.code).toBe('network');
  await pass(6_000);
  expect(last().path).toBe('/api/phases/zp-1/essay?as=s');
});
