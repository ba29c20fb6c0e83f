// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { show as showOnPage } from '../../kit/on-page';
import { ToastProvider, Toasts } from '../../kit/toasts';
import type { OpenCheck } from '../../protocol';
import { inRoom } from '../fixtures';
import type { Lesson, LessonView } from '../lesson';
import { CommandError } from '../link/signal';
import { ClassCheck } from './class-check';

const roll: OpenCheck = { check: 'k1', kind: 'roll', deadline_ms: 0 };
type Outcome = 'done' | CommandError['reason'];

let outcomes: Outcome[];
let sent: string[];
let view: LessonView;
/** The lesson, which is ahead of the view. */
let known: LessonView;

const lesson = {
  person: { rules: null },
  view: () => known,
  command: async (command: { check: string }) => {
    sent.push(command.check);
    const outcome = outcomes.shift() ?? 'done';
    if (outcome === 'lost') known = { ...view, signal: { is: 'reconnecting', attempt: 1 } };
    if (outcome !== 'done') throw new CommandError(outcome);
  },
} as unknown as Lesson;

async function show(check: OpenCheck | null, signal: LessonView['signal']['is'] = 'online'): Promise<void> {
  view = {
    signal: signal === 'reconnecting' ? { is: signal, attempt: 1 } : { is: signal },
    classroom: inRoom({ check: check && { ...check, deadline_ms: Date.now() + 60_000 } }),
    clockOffsetMs: 0,
  } as LessonView;
  known = view;
  await showOnPage(
    <ToastProvider>
      <ClassCheck lesson={lesson} view={view} />
      <textarea />
      <Toasts />
    </ToastProvider>,
  );
}

const button = () => document.querySelector<HTMLButtonElement>('.class-check button');
const sheet = () => document.querySelector('.class-check');
const press = () => act(async () => button()?.click());

beforeEach(() => {
  vi.useFakeTimers();
  outcomes = [];
  sent = [];
});

afterEach(() => vi.useRealTimers());

describe('a check', () => {
  test('asks, is answered by one press, thanks for two seconds and goes', async () => {
    await show(null);
    expect(sheet()).toBeNull();
    await show(roll);
    expect(button()?.textContent).toBe('我在');
    expect(sheet()?.textContent).toContain('还剩 60 秒');
    await press();
    expect(sent).toEqual(['k1']);
    await show(null);
    expect(sheet()?.textContent).toBe('已确认 ✓');
    await act(async () => vi.advanceTimersByTime(2_100));
    expect(sheet()).toBeNull();
  });

  test('counts down and says that the time is over', async () => {
    await show(roll);
    await act(async () => vi.advanceTimersByTime(50_000));
    expect(sheet()?.textContent).toContain('还剩 10 秒');
    await act(async () => vi.advanceTimersByTime(11_000));
    expect(sheet()?.textContent).toContain('时间到了');
  });

  test('takes no focus, and Enter in a text answers nothing', async () => {
    await show(null);
    const box = document.querySelector('textarea');
    box?.focus();
    await show(roll);
    expect(document.activeElement).toBe(box);
    await act(async () => {
      box?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    });
    expect(sent).toEqual([]);
  });

  test('is told politely, and the seconds are not read out one by one', async () => {
    await show(roll);
    const live = document.querySelector('p[role=status]');
    const told = live?.textContent;
    expect(told).toContain('讲师点名');
    await act(async () => vi.advanceTimersByTime(3_000));
    expect(live?.textContent).toBe(told);
  });

  test('pressed without a connection it is sent when the connection is back', async () => {
    await show(roll, 'reconnecting');
    await press();
    expect([sent, sheet()?.textContent?.includes('自动送出')]).toEqual([[], true]);
    await show(roll, 'online');
    expect(sent).toEqual(['k1']);
  });

  test('lost on its way it is sent again after the next connection', async () => {
    outcomes = ['lost'];
    await show(roll);
    await press();
    expect(sent).toEqual(['k1']);
    await show(roll, 'reconnecting');
    await show(roll, 'online');
    expect(sent).toEqual(['k1', 'k1']);
  });

  test('answered too late it goes with a kind word', async () => {
    outcomes = ['too_late'];
    await show(roll);
    await press();
    expect(sheet()).toBeNull();
    expect(document.querySelector('.toast')?.textContent).toContain('课后可以申诉');
  });

  test('a busy server lets the person press again', async () => {
    outcomes = ['unavailable', 'done'];
    await show(roll);
    await press();
    expect(button()?.textContent).toBe('我在');
    await press();
    expect(sent).toEqual(['k1', 'k1']);
  });

  test('the next check asks anew', async () => {
    await show(roll);
    await press();
    await show({ ...roll, check: 'k2', kind: 'block' });
    expect(sheet()?.textContent).toContain('你在听课吗？');
    await press();
    expect(sent).toEqual(['k1', 'k2']);
  });
});
