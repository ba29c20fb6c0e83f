// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import { place, show } from '../kit/on-page';
import type { EssayAsked, Goal, QuizGoal } from '../protocol';
import { GoalPanels } from './goals';

const NOW_MS = Date.parse('2020-11-20T12:00:00+08:00');
const CLOSES_MS = Date.parse('2020-11-28T00:00:00+08:00');

const essay = (change: Partial<EssayAsked> = {}): EssayAsked => ({
  phase: 'zp-1',
  title: '团队建设',
  rule: { kind: 'reflection', least: 1000, due: '2020-11-27' },
  closes_ms: CLOSES_MS,
  state: 'draft',
  count: 0,
  asks_consent: false,
  ...change,
});
const goal = (change: Partial<Goal> = {}): Goal => ({
  phase: 'zp-1',
  title: '团队建设',
  hours_ch: 1000,
  recognised_ch: 730,
  still_ch: 400,
  pace: 'on_track',
  study_ends_ms: CLOSES_MS,
  essay: essay(),
  quiz: null,
  survey: null,
  ...change,
});

async function told(of: Goal, nowMs = NOW_MS): Promise<string> {
  await show(<GoalPanels goals={[of]} nowMs={nowMs} seat="s" />);
  return place.textContent ?? '';
}
const link = () => place.querySelector('a');

beforeEach(() => localStorage.setItem('live-classroom.language', 'zh'));

test('one line says what is there, what is missing and how long it takes; the button leads there', async () => {
  const text = await told(goal());
  for (const part of ['已学 7.3 / 10 学时', '心得 未交', '还剩 7 天', '写了 0 / 1,000 字'])
    expect(text).toContain(part);
  expect([link()?.textContent, link()?.getAttribute('href')]).toEqual(['写心得', '/essay/zp-1?as=s']);
  expect(link()?.className).toContain('primary');
});

test('each state of an essay has its word and its button', async () => {
  const of = async (change: Partial<EssayAsked>) => [
    await told(goal({ essay: essay(change) })),
    link()?.textContent,
  ];
  expect((await of({ count: 640 }))[1]).toBe('接着写');
  const [returned, go] = await of({ state: 'returned', count: 1200 });
  expect([returned?.includes('退回修改'), go]).toEqual([true, '去修改']);
  expect((await of({ state: 'submitted', count: 1200 }))[1]).toBe('看已交的心得');
  expect((await of({ state: 'accepted', count: 1200 }))[1]).toBe('看评语');
});

test('the author of one of the best essays is asked whether everybody may read it', async () => {
  const text = await told(goal({ essay: essay({ state: 'accepted', asks_consent: true }) }));
  expect(text).toContain('被评为优秀：是否公开？');
  expect(link()?.textContent).toBe('去答复');
});

test('when the time is over it is said, and nothing presses any more', async () => {
  expect(await told(goal(), CLOSES_MS - 1)).toContain('不到 1 小时');
  expect(await told(goal(), CLOSES_MS)).toContain('提交时间已过');
  expect(link()?.className).not.toContain('primary');
});

test('who is behind hears it kindly, and who is done hears that', async () => {
  expect(await told(goal())).not.toContain('别');
  expect(await told(goal({ pace: 'behind' }))).toContain('后面的课和回放补得上');
  expect(await told(goal({ pace: 'short' }))).toContain('别着急，先联系班主任');
  const done = await told(goal({ pace: 'done', recognised_ch: 1000, essay: essay({ state: 'accepted' }) }));
  expect(done).toContain('要求都达到了。');
  expect(done).not.toContain('还剩');
  expect(await told(goal({ pace: 'done', recognised_ch: 1000, essay: null }))).not.toContain('心得');
});

test('a self-test has its line: what awaits, how often it may be tried, and where it leads', async () => {
  const quiz = (change: Partial<QuizGoal> = {}, required = true): QuizGoal => ({
    about: {
      questions: 40,
      points: 100,
      pass: 60,
      tries: 3,
      minutes: 60,
      closes_ms: CLOSES_MS,
      reveal: true,
      required,
    },
    passed: false,
    running: false,
    tries_left: 3,
    best: null,
    ...change,
  });
  const of = async (one: QuizGoal, nowMs = NOW_MS) => {
    const text = await told(goal({ pace: 'done', recognised_ch: 1000, essay: null, quiz: one }), nowMs);
    return [text, link()?.textContent, link()?.getAttribute('href')] as const;
  };
  const [first, begin, href] = await of(quiz());
  expect([first.includes('自测 未考 · 可考 3 次'), begin, href]).toEqual([true, '去自测', '/quiz/zp-1?as=s']);
  expect(first).not.toContain('要求都达到了。');
  const [failed, again] = await of(quiz({ tries_left: 2, best: 52 }));
  expect([failed.includes('自测 未通过 · 还可考 2 次'), again]).toEqual([true, '再考一次']);
  expect((await of(quiz({ running: true })))[1]).toBe('接着答');
  expect((await of(quiz({ tries_left: 0, best: 52 })))[0]).toContain('次数已用完');
  expect((await of(quiz(), CLOSES_MS))[0]).toContain('已截止');
  const [passed, look] = await of(quiz({ passed: true, tries_left: 0, best: 80 }));
  expect([passed.includes('要求都达到了。'), look]).toEqual([true, '看成绩']);
  // What the phase does not ask for keeps nobody from being done.
  expect((await of(quiz({}, false)))[0]).toContain('要求都达到了。');
});

test('a survey that has to be answered is told', async () => {
  const of = (survey: boolean | null) =>
    told(goal({ pace: 'done', recognised_ch: 1000, essay: null, survey }));
  expect(await of(false)).toContain('问卷 未填');
  expect(await of(true)).toContain('要求都达到了。');
  expect(await of(null)).not.toContain('问卷');
});
