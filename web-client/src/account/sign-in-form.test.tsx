// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { button, place, press, show, type } from '../kit/on-page';
import type { Account } from '../protocol';
import { SignInForm } from './sign-in-form';

let bodies: unknown[];
let answers: Response[];
let done: Account | null;

const refusal = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ code, message: '' }), { status, headers });

const field = (label: string) => {
  const found = [...place.querySelectorAll('label')].find((one) => one.textContent === label);
  return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement;
};

const write = (label: string, text: string) => type(field(label), text);

async function signIn(): Promise<void> {
  await write('手机号或登录名', ' 13812345678 ');
  await write('密码', 'Quiet-river');
  await press('登录');
}

beforeEach(async () => {
  bodies = [];
  answers = [];
  done = null;
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)));
    return answers.shift() ?? Promise.reject(new TypeError('offline'));
  });
  await show(
    <SignInForm
      onDone={(account) => {
        done = account;
      }}
    />,
  );
});

test('nothing is sent before both are filled in', async () => {
  expect(button('登录')?.disabled).toBe(true);
  await write('手机号或登录名', 'wangli');
  expect(button('登录')?.disabled).toBe(true);
  await write('密码', 'x');
  expect(button('登录')?.disabled).toBe(false);
});

test('a wrong password is told in words, and what was typed stays', async () => {
  answers = [refusal(401, 'wrong_sign_in')];
  await signIn();
  expect(bodies).toEqual([{ login: '13812345678', password: 'Quiet-river' }]);
  expect(place.querySelector('[role=alert]')?.textContent).toBe('账号或密码不对，请检查后再试。');
  expect(field('手机号或登录名').value).toBe(' 13812345678 ');
});

test('a frozen account says so, and who can help', async () => {
  answers = [refusal(403, 'frozen')];
  await signIn();
  expect(place.querySelector('[role=alert]')?.textContent).toMatch(/已被冻结.*单位管理员.*安全管理员/);
});

test('a locked account says until when', async () => {
  answers = [refusal(429, 'locked', { 'retry-after': '1800' })];
  await signIn();
  expect(place.querySelector('[role=alert]')?.textContent).toMatch(/已锁定。请在 \d\d:\d\d 之后再试/);
});

test('with an authenticator there is a way through a lock', async () => {
  answers = [refusal(429, 'locked', { 'retry-after': '1800' }), new Response('{"seat":"s1"}')];
  await signIn();
  await press('有身份验证器？用验证码登录');
  await write('验证码', '123456');
  await press('验证并登录');
  expect(bodies[1]).toEqual({ login: '13812345678', password: 'Quiet-river', code: '123456' });
  expect(done?.seat).toBe('s1');
});

test('what others tried is told before going on', async () => {
  const wrong_tries = { tries: 3, last_at_ms: Date.UTC(2026, 10, 29, 2, 5) };
  answers = [new Response(JSON.stringify({ seat: 's1', wrong_tries }))];
  await signIn();
  expect(done).toBeNull();
  expect(place.querySelector('[role=alert]')?.textContent).toMatch(/输错了 3 次.*11\/29.*10:05/);
  await press('知道了，继续');
  expect(done?.seat).toBe('s1');
});

test('the code is asked for, and sent with what was sent before', async () => {
  answers = [refusal(401, 'code_needed'), new Response('{"seat":"s1"}')];
  await signIn();
  expect(place.querySelector('h1')?.textContent).toBe('第二步：验证码');
  expect(place.querySelector('[role=alert]')).toBeNull();
  await write('验证码', '１２ 34a56789');
  expect(field('验证码').value).toBe('123456');
  await press('验证并登录');
  expect(bodies[1]).toEqual({ login: '13812345678', password: 'Quiet-river', code: '123456' });
  expect(done?.seat).toBe('s1');
});

test('the way back from the code begins anew, without the old password', async () => {
  answers = [refusal(401, 'code_needed'), refusal(401, 'wrong_code')];
  await signIn();
  await write('验证码', '123456');
  await press('验证并登录');
  expect(place.querySelector('[role=alert]')?.textContent).toContain('验证码不对');
  await press('返回');
  expect(place.querySelector('[role=alert]')).toBeNull();
  expect([field('密码').value, field('手机号或登录名').value]).toEqual(['', ' 13812345678 ']);
});

test('a server that is busy is asked again by itself', async () => {
  answers = [refusal(503, 'busy', { 'retry-after': '0' }), new Response('{"seat":"s1"}')];
  await signIn();
  expect(place.querySelector('.alert')?.textContent).toContain('正在排队');
  expect(bodies.length).toBe(1);
  await vi.waitFor(() => expect(done?.seat).toBe('s1'), { timeout: 10_000 });
  expect(bodies.length).toBe(2);
});

test('no network is told as that', async () => {
  await signIn();
  expect(place.querySelector('[role=alert]')?.textContent).toContain('连不上服务器');
});
