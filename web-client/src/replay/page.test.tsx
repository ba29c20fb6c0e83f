// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { place, show } from '../kit/on-page';
import { replay } from './fixtures';
import ReplayPage from './page';

const screen = vi.hoisted(() => ({ reload: () => {} }));

// The player needs a browser.
vi.mock('./screen', () => ({
  ReplayScreen: ({ reload }: { reload: () => void }) => {
    screen.reload = reload;
    return <p>it plays</p>;
  },
}));

let answers: (() => Response)[];
let asked: number;

const refusal = (status: number, code: string) => () =>
  new Response(JSON.stringify({ code, message: '' }), { status });
const given = () => new Response(JSON.stringify(replay()));

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  vi.stubGlobal('fetch', async () => {
    asked += 1;
    return (answers.shift() ?? refusal(500, 'internal'))();
  });
});
afterEach(() => vi.useRealTimers());

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('a course taken back while somebody without a name watches: asked once, told as that', async () => {
  answers = [given, refusal(401, 'signed_out')];
  await show(<ReplayPage lesson="demo" seat={null} />);
  await wait(10);
  expect(place.textContent).toBe('it plays');
  screen.reload();
  await wait(60_000);
  expect(asked).toBe(2);
  expect(place.textContent).toContain('已经不再公开');
  expect(place.textContent).not.toContain('登录已失效');
  expect(place.querySelector('a')?.textContent).toBe('登录');
});

test('whose session is over reads that, and may sign in', async () => {
  answers = [refusal(401, 'signed_out')];
  await show(<ReplayPage lesson="demo" seat="s1" />);
  await wait(60_000);
  expect(asked).toBe(1);
  expect(place.textContent).toContain('登录已失效');
  expect(place.querySelector('a')?.getAttribute('href')).toContain('?back=');
});

test('a network that is away stops nothing that plays', async () => {
  answers = [given, refusal(503, 'unavailable'), given];
  await show(<ReplayPage lesson="demo" seat="s1" />);
  await wait(10);
  screen.reload();
  await wait(10_000);
  expect(place.textContent).toBe('it plays');
  expect(asked).toBe(3);
});
