/** Small results for the tests. */
import type { Appeal, HoursLine, MyLesson, Reason, Statement } from '../protocol';

export function line(name: string, change: Partial<HoursLine> = {}): HoursLine {
  return {
    person: `p-${name}`,
    name,
    unit: '',
    school: '',
    document: '',
    first_ms: 1_000,
    last_ms: 5_400_000,
    present_s: 5400,
    counted_s: 5400,
    with_replay_s: 5400,
    asked: 6,
    answered: 6,
    reactions_ms: [],
    void_blocks: [],
    live_ch: 200,
    credit_ch: 200,
    adjusted_ch: 0,
    lesson_ch: 200,
    balance_ch: 200,
    reasons: [],
    ...change,
  };
}

export function myLesson(change: Partial<MyLesson> = {}): MyLesson {
  return {
    lesson: 'demo',
    title: '第一讲',
    stage: 'provisional',
    planned_start_ms: 0,
    taught_s: 5400,
    effective_ch: 200,
    line: line('王丽'),
    completed_at_ms: null,
    appeal_until_ms: 86_400_000,
    ...change,
  };
}

export function appeal(change: Partial<Appeal> = {}): Appeal {
  return {
    id: 1,
    lesson: 'demo',
    title: '第一讲',
    person: 'p1',
    name: '王丽',
    text: '停电了',
    at_ms: 0,
    state: 'open',
    answer: null,
    balance_ch: 200,
    ...change,
  };
}

/** Of one phase with a certificate. */
export function statement(change: Partial<Statement> = {}): Statement {
  return {
    name: '王丽',
    document: '**************002X',
    since: '2020-11-20',
    until: '2025-11-20',
    rows: [
      {
        phase: 'zp-1',
        programme: '示范',
        number: 1,
        title: '团队建设',
        recognised_ch: 1000,
        certificate: 'ZP1',
        state: 'valid',
        issued_on: '2020-12-01',
        counted_ch: 1000,
      },
    ],
    sum_ch: 1000,
    short_ch: 4000,
    credits: [],
    source: { seq: 0, at_ms: 0 },
    ...change,
  };
}

/** One reason of every kind, with figures that can be told apart. */
export const everyReason: Reason[] = [
  { reason: 'delivered', taught_seconds: 4080, planned_ch: 200, ch: 150 },
  { reason: 'present', present_seconds: 3905, taught_seconds: 5400 },
  { reason: 'late', late_seconds: 425 },
  { reason: 'early', early_seconds: 660 },
  { reason: 'elsewhere', elsewhere_seconds: 75 },
  { reason: 'elsewhere', elsewhere_seconds: 80, lesson: '第二讲' },
  { reason: 'void_block', block: 4, check: 'k4' },
  { reason: 'unasked_block', block: 3, asked: 2 },
  { reason: 'unasked_block', block: 5, asked: 0 },
  { reason: 'scattered_block', block: 6, proven_seconds: 45, present_seconds: 900 },
  { reason: 'gapped_block', block: 6, gap_seconds: 40 },
  { reason: 'ignored', check: 'k1', why: 'never_issued' },
  { reason: 'ignored', check: 'k1', why: 'before_issue' },
  { reason: 'ignored', check: 'k1', why: 'after_deadline' },
  { reason: 'ignored', check: 'k1', why: 'no_such_block' },
  { reason: 'full', seconds: 5190, full_from_seconds: 5100, ch: 200 },
  { reason: 'steps', seconds: 3975, full_from_seconds: 5100, step_seconds: 270, ch: 140 },
  { reason: 'too_little', seconds: 1260, need_seconds: 5400, min_share: { part: 1, whole: 2 } },
  { reason: 'made_up', replay_seconds: 700 },
  { reason: 'no_make_up' },
];
