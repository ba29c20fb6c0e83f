// @vitest-environment happy-dom
import { act, useState } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { button, place, show } from '../kit/on-page';
import type { Account, EssayDistinction, EssayLine } from '../protocol';
import { Distinction } from './distinction';
import { Distinguish } from './review/distinguish';

/** The requests to the server. */
let asked: { path: string; method: string | undefined; body: object }[];
/** The answer to all of them. */
let answer: () => Response;

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push({ path, method: init.method, body: JSON.parse(String(init.body)) });
    return answer();
  });
});

const refused = (status: number, code: string) => () =>
  new Response(JSON.stringify({ code, message: code }), { status });
const press = (text: string) => act(async () => button(text)?.click());
const buttons = () => [...place.querySelectorAll('button')].map((one) => one.textContent);

function Author({ first }: { first: EssayDistinction }) {
  const [of, setOf] = useState(first);
  const who = { seat: 's' } as Account;
  return (
    <Distinction
      who={who}
      phase="zp-1"
      of={of}
      onChange={({ distinction }) => distinction && setOf(distinction)}
    />
  );
}

test('the author is told what publishing means, agrees, and takes it back', async () => {
  await show(<Author first={{ essay: 7, at_ms: 1, public: null }} />);
  expect(place.textContent).toContain('你的姓名、单位、学校、参加的培训和全文会出现在“优秀心得”页面上');
  expect(buttons()).toEqual(['同意公开', '不公开']);
  answer = () => new Response(JSON.stringify({ distinction: { essay: 7, at_ms: 1, public: true } }));
  await press('同意公开');
  expect(asked).toEqual([
    { path: '/api/phases/zp-1/essay/consent?as=s', method: 'PUT', body: { public: true } },
  ]);
  expect(place.querySelector('a')?.getAttribute('href')).toBe('/open/essays/7');
  expect(buttons()).toEqual(['撤回公开']);
  answer = () => new Response(JSON.stringify({ distinction: { essay: 7, at_ms: 1, public: false } }));
  await press('撤回公开');
  expect(asked.at(-1)?.body).toEqual({ public: false });
  expect(place.querySelector('a')).toBeNull();
  expect(buttons()).toEqual(['同意公开']);
});

test('an author whose essay lost the mark meanwhile is told so', async () => {
  await show(<Author first={{ essay: 7, at_ms: 1, public: null }} />);
  answer = refused(404, 'not_found');
  await press('不公开');
  expect(place.querySelector('[role=alert]')?.textContent).toBe('评阅人取消了优秀，请刷新看看。');
});

test('a reviewer marks an essay and takes the mark back; a refusal changes nothing', async () => {
  const line: EssayLine = {
    id: 7,
    state: 'accepted',
    count: 1_024,
    handed_in_at_ms: 1,
    is_second: false,
    excellent: false,
  };
  const onMark = vi.fn();
  await show(<Distinguish line={line} seat="s" onMark={onMark} />);
  expect(place.querySelector('.mark')).toBeNull();
  answer = refused(409, 'wrong_state');
  await press('评为优秀');
  expect(place.querySelector('[role=alert]')?.textContent).toBe('心得的状态变了，请刷新看看。');
  expect(onMark).not.toHaveBeenCalled();
  answer = () => new Response(null, { status: 204 });
  await press('评为优秀');
  expect(asked.at(-1)).toEqual({
    path: '/api/essays/7/distinction?as=s',
    method: 'PUT',
    body: { excellent: true },
  });
  expect(place.querySelector('.mark')?.textContent).toBe('优秀');
  expect(onMark).toHaveBeenCalledOnce();
  await press('取消优秀');
  expect(asked.at(-1)?.body).toEqual({ excellent: false });
  expect(buttons()).toEqual(['评为优秀']);
});
