// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { leave, show as showOnPage } from '../../kit/on-page';
import { ToastProvider, Toasts } from '../../kit/toasts';
import type { Poll, PollAnswer } from '../../protocol';
import { inRoom } from '../fixtures';
import type { Lesson, LessonView } from '../lesson';
import { CommandError } from '../link/signal';
import { ClassPoll } from './class-poll';

const quiz: Poll = { poll: 3, question: '哪一个？', options: ['甲', '乙'], multiple: false, result: null };
type Outcome = 'done' | CommandError['reason'];

let outcomes: Outcome[];
let sent: { poll: number; choices: number[] }[];
let view: LessonView;
/** The lesson, which is ahead of the view. */
let known: LessonView;

const lesson = {
  person: { seat: 'trainee' },
  view: () => known,
  command: async ({ poll, choices }: { poll: number; choices: number[] }) => {
    sent.push({ poll, choices });
    const outcome = outcomes.shift() ?? 'done';
    if (outcome === 'lost') known = { ...view, signal: { is: 'reconnecting', attempt: 1 } };
    if (outcome !== 'done') throw new CommandError(outcome);
  },
} as unknown as Lesson;

async function show(poll: Poll | null, answers: PollAnswer[] = [], online = true): Promise<void> {
  view = {
    signal: online ? { is: 'online' } : { is: 'reconnecting', attempt: 1 },
    classroom: inRoom({ poll, poll_answers: answers }),
    clockOffsetMs: 0,
  } as LessonView;
  known = view;
  await showOnPage(
    <ToastProvider>
      <ClassPoll lesson={lesson} view={view} />
      <Toasts />
    </ToastProvider>,
  );
}

const sheet = () => document.querySelector('.class-poll');
const button = (text: string) =>
  [...document.querySelectorAll<HTMLButtonElement>('.class-poll button')].find((one) =>
    one.textContent?.includes(text),
  );
const press = (text: string) => act(async () => button(text)?.click());

beforeEach(() => {
  outcomes = [];
  sent = [];
  sessionStorage.clear();
});

test('a question is answered by one tap, folds away, and can be answered otherwise until it is closed', async () => {
  await show(null);
  expect(sheet()).toBeNull();
  await show(quiz);
  expect(sheet()?.textContent).toContain('哪一个？');
  await press('乙');
  expect(sent).toEqual([{ poll: 3, choices: [1] }]);
  await show(quiz, [{ poll: 3, choices: [1] }]);
  expect(sheet()?.textContent).toContain('你的答案：乙');
  await press('改答案');
  expect(button('乙')?.getAttribute('aria-pressed')).toBe('true');
  await press('甲');
  expect(sent.at(-1)?.choices).toEqual([0]);
  await show(null, [{ poll: 3, choices: [0] }]);
  expect(sheet()).toBeNull();
});

test('several options are sent together', async () => {
  await show({ ...quiz, options: ['甲', '乙', '丙'], multiple: true });
  expect(button('提交')?.disabled).toBe(true);
  for (const option of ['丙', '甲', '乙', '乙']) await press(option);
  expect(sent).toEqual([]);
  await press('提交');
  expect(sent).toEqual([{ poll: 3, choices: [0, 2] }]);
});

test('an answer given offline, or lost on its way, is sent when the connection is back', async () => {
  await show(quiz, [], false);
  await press('甲');
  expect(sheet()?.textContent).toContain('连上后会自动提交');
  expect(sent).toEqual([]);
  outcomes = ['lost', 'done'];
  await show(quiz);
  expect(sent.length).toBe(1);
  await show(quiz, [], false);
  await show(quiz);
  expect(sent).toEqual([
    { poll: 3, choices: [0] },
    { poll: 3, choices: [0] },
  ]);
});

test('who answers too late is told, and the sheet is as the server says', async () => {
  await show(quiz);
  outcomes = ['too_late'];
  await press('甲');
  expect(document.querySelector('.toast')?.textContent).toContain('答题已经结束');
  expect(button('甲')?.getAttribute('aria-pressed')).toBe('false');
});

test('it can wait, and comes back with one tap', async () => {
  await show(quiz);
  await press('稍后再答');
  expect(button('甲')).toBeUndefined();
  await press('回答');
  expect(button('甲')).toBeDefined();
});

test('a result shows shares, what was right and what was mine, and goes away when it is closed', async () => {
  const result = { answered: 4, counts: [3, 1], right: [1] };
  await show({ ...quiz, result }, [{ poll: 3, choices: [0] }]);
  const lines = [...document.querySelectorAll('.poll-bar')].map((line) => line.textContent);
  expect(lines[0]).toContain('3 人 · 75%');
  expect(lines[0]).toContain('你的选择');
  expect(lines[1]).toContain('正确答案');
  await act(async () => document.querySelector<HTMLButtonElement>('[aria-label="关闭"]')?.click());
  expect(sheet()).toBeNull();
  // The next question is asked all the same.
  await show({ ...quiz, poll: 4 });
  expect(sheet()?.textContent).toContain('哪一个？');
});

test('a result that was closed stays closed after a reload, until staff take it down and show it again', async () => {
  const shown = { ...quiz, result: { answered: 4, counts: [3, 1], right: [] } };
  await show(shown);
  await act(async () => document.querySelector<HTMLButtonElement>('[aria-label="关闭"]')?.click());
  await leave();
  await show(shown);
  expect(sheet()).toBeNull();
  await show(null);
  await show(shown);
  expect(sheet()).not.toBeNull();
});
