// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { button, place, press, show } from '../kit/on-page';
import type { ClassEnd, Me } from '../protocol';
import { LessonPage } from './page';
import { classZh } from './texts.zh';

const t = classZh;
// It would open camera and microphone.
vi.mock('./devices/device-check', () => ({ DeviceCheck: () => <h1>{classZh.check.title}</h1> }));
const teacher: Me = {
  seat: 'seat',
  name: '王敏',
  role: 'instructor',
  lesson: 'demo',
  lesson_title: '第一讲',
  lesson_ended: true,
  rules: null,
  earns_hours: false,
  corrects_hours: false,
};

let end: ClassEnd;
/** The answer of `/api/me`: the identity, or the reason why nobody comes in. */
let answer: Me | { code: string };

beforeEach(() => {
  vi.stubGlobal('WebSocket', class {});
  end = { ended: true, began: true, take_back_until_ms: Date.now() + 600_000 };
  answer = teacher;
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    if (init.method === 'POST') end = { ...end, ended: false };
    const isMe = address.includes('/api/me');
    const status = isMe && 'code' in answer ? 410 : 200;
    return new Response(JSON.stringify(isMe ? answer : end), { status });
  });
});

async function open(): Promise<void> {
  await show(<LessonPage lesson="demo" seat="seat" />);
  await act(async () => {}); // What is asked next has been answered.
}

test('a class that is over asks for no devices, and whoever ended it may take that back', async () => {
  await open();
  expect(place.querySelector('h1')?.textContent).toBe(t.over.titleEnded);
  expect(place.textContent).not.toContain(t.check.title);
  expect(place.querySelector('a[href^="/replay/demo"]')).not.toBeNull();

  await press(t.held.takeBack.button);
  await vi.waitFor(() => expect(place.textContent).toContain(t.check.title));
});

test('a class that never began has no replay', async () => {
  end.began = false;
  await open();
  expect(place.querySelector('h1')?.textContent).toBe(t.over.titleEnded);
  expect(place.querySelector('a[href^="/replay/demo"]')).toBeNull();
});

test('an account whose class is over reads the same', async () => {
  answer = { code: 'ended' };
  await open();
  expect(place.querySelector('h1')?.textContent).toBe(t.over.titleEnded);
  expect(button(t.held.takeBack.button)).toBeDefined();
  expect(place.querySelector('a[href^="/replay/demo"]')).not.toBeNull();
});
