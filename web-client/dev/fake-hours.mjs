/** Canned rules, checks, minutes and results for `fake-server.mjs` and the screenshots. */
const MINUTE = 60_000;

export function fakeRules() {
  const start = Date.now() - 37 * MINUTE - 12_000;
  return {
    credit_ch: 200,
    planned_start_ms: start,
    planned_end_ms: start + 90 * MINUTE,
    full_from_s: 5100,
    least_s: 2700,
    block_s: 900,
    answer_s: 90,
    gap_s: 60,
    policy_version: '2026-1',
  };
}

/** What a trainee has in the room's state besides what everybody has. */
export function fakeTraineeHours(now = Date.now()) {
  return {
    check: null,
    minutes: {
      as_of_ms: now - 9_000,
      taught_s: 36 * 60 + 20,
      counted_s: 32 * 60 + 5,
      gaps: [
        { from_ms: now - 30 * MINUTE, to_ms: now - 28 * MINUTE - 15_000, why: 'absent' },
        { from_ms: now - 22 * MINUTE, to_ms: now - 19 * MINUTE - 30_000, why: 'unanswered' },
      ],
    },
    rounds: [],
    sheet: [],
    not_counting: null,
    worth: null,
  };
}

/** What staff have. */
export function fakeStaffHours(participants, now = Date.now()) {
  const trainees = participants.filter((one) => one.role === 'trainee');
  const here = trainees.filter((one) => one.here).map((one) => one.id);
  const missed = here.filter((id) => id % 19 === 4);
  const answered = here.filter((id) => !missed.includes(id));
  const round = (check, kind, block, ago, change) => ({
    check,
    kind,
    block,
    at_ms: now - ago,
    deadline_ms: now - ago + 90_000,
    answered,
    waiting: [],
    missed,
    void: false,
    ...change,
  });
  return {
    check: null,
    minutes: null,
    rounds: [
      round('k1', 'block', 1, 30 * MINUTE, {}),
      round('r1', 'roll', 2, 20 * MINUTE, { void: true }),
      round('k2', 'block', 2, 14 * MINUTE, { answered: here, missed: [] }),
    ],
    sheet: trainees.map((one, index) => ({
      participant: one.id,
      first_ms: now - 37 * MINUTE,
      last_ms: now,
      counted_s: one.here ? 2160 - (index % 7) * 40 : 300,
      asked: 2,
      answered: missed.includes(one.id) ? 1 : 2,
      late: index % 23 === 9,
    })),
    not_counting: null,
    worth: null,
  };
}

/** The roll that an instructor calls in the fake room: everybody is asked, some have answered. */
export function fakeRoll(participants, now = Date.now()) {
  const here = participants.filter((one) => one.role === 'trainee' && one.here).map((one) => one.id);
  return {
    check: `r${now}`,
    kind: 'roll',
    block: 3,
    at_ms: now,
    deadline_ms: now + 90_000,
    answered: here.filter((id) => id % 3 !== 1),
    waiting: here.filter((id) => id % 3 === 1),
    missed: [],
    void: false,
  };
}

const WHY = [
  { reason: 'present', present_seconds: 4875, taught_seconds: 5400 },
  { reason: 'late', late_seconds: 420 },
  { reason: 'void_block', block: 4, check: 'k4' },
  { reason: 'steps', seconds: 3975, full_from_seconds: 5100, step_seconds: 270, ch: 140 },
  { reason: 'made_up', replay_seconds: 700 },
  { reason: 'steps', seconds: 4675, full_from_seconds: 5100, step_seconds: 270, ch: 170 },
];

function fakeLine(person, name, change = {}) {
  const start = fakeRules().planned_start_ms;
  return {
    person,
    name,
    unit: '浙江省教育厅',
    school: '杭州市学军小学（求智校区）',
    first_ms: start + 7 * MINUTE,
    last_ms: start + 90 * MINUTE,
    present_s: 4875,
    counted_s: 3975,
    with_replay_s: 4675,
    asked: 6,
    answered: 5,
    reactions_ms: [4_200, 11_850, 3_100, 38_400, 6_050],
    void_blocks: [4],
    live_ch: 140,
    credit_ch: 170,
    adjusted_ch: 0,
    lesson_ch: 170,
    balance_ch: 170,
    reasons: WHY,
    ...change,
  };
}

const whole = {
  first_ms: fakeRules().planned_start_ms,
  present_s: 5390,
  counted_s: 5390,
  with_replay_s: 5390,
  answered: 6,
  void_blocks: [],
  live_ch: 200,
  credit_ch: 200,
  lesson_ch: 200,
  balance_ch: 200,
  reasons: [
    { reason: 'present', present_seconds: 5390, taught_seconds: 5400 },
    { reason: 'full', seconds: 5390, full_from_seconds: 5100, ch: 200 },
  ],
};

/** Appeals and corrections are kept in memory; ids are small numbers. */
export function fakeOffice() {
  const now = Date.now();
  const appeals = [
    {
      id: 1,
      lesson: 'demo',
      title: '义务教育课程标准（2022年版）解读 · 第三讲',
      person: 'p10',
      name: '王丽',
      text: '第四段点“我在”的时候学校停电，手机也没有信号，大约五分钟后才恢复。\n课堂群里有通知可以证明。',
      at_ms: now - 3_600_000,
      state: 'open',
      answer: null,
    },
    {
      id: 2,
      lesson: 'math',
      title: '小学数学核心素养教学设计 · 第一讲',
      person: 'p31',
      name: '周建国',
      text: '我全程在课，为什么只有 1.7？',
      at_ms: now - 86_400_000,
      state: 'dismissed',
      answer: '记录显示第二段没有确认，也没有发言。可以看回放补上。',
    },
  ];
  const corrections = [false, true].map((own, index) => ({
    id: index + 1,
    lesson: 'demo',
    title: appeals[0].title,
    person: 'p44',
    name: '刘芳',
    figures: { delta_ch: 120, code: 'SIGN_SHEET', text: '线下签到表第 12 行', seen_balance_ch: 0 },
    because: null,
    refused: null,
    by: own ? '值班管理员' : '李管理员',
    own,
    at_ms: now - 7_200_000,
  }));
  for (const appeal of appeals) appeal.balance_ch = 170;
  corrections.push({
    ...corrections[0],
    id: 3,
    figures: { delta_ch: -100, code: 'OTHER', text: '', seen_balance_ch: 200 },
    because: { reason: 'steps', seconds: 2700, full_from_seconds: 5100, step_seconds: 270, ch: 100 },
    by: null,
  });
  return { appeals, corrections };
}

function fakeMine(office) {
  const now = Date.now();
  const lesson = (id, title, days, line, change) => ({
    lesson: id,
    title,
    stage: 'provisional',
    planned_start_ms: now - days * 86_400_000,
    taught_s: 5400,
    effective_ch: 200,
    line,
    completed_at_ms: null,
    appeal_until_ms: now + 5 * 86_400_000,
    ...change,
  });
  const entry = (seq, days, kind, delta_ch, of, change = {}) => ({
    seq,
    at_ms: now - days * 86_400_000,
    lesson: of,
    kind,
    delta_ch,
    reason: 'CR-9: 5390 s count',
    by: null,
    policy_version: '2026-1',
    hash: `${seq}f3a9c07d55e1b8842c7d`,
    ...change,
  });
  return {
    lessons: [
      lesson('demo', '义务教育课程标准（2022年版）解读 · 第三讲', 1, fakeLine('p10', '马丽')),
      lesson('second', '义务教育课程标准（2022年版）解读 · 第二讲', 8, fakeLine('p10', '马丽', whole), {
        stage: 'final',
        appeal_until_ms: null,
      }),
    ],
    entries: [
      entry(812, 0, 'makeup', 30, 'demo'),
      entry(640, 1, 'live', 140, 'demo'),
      entry(512, 6, 'adjust', 20, 'second', {
        by: '李管理员',
        reason: 'PLATFORM_FAULT: 服务器重启 (appeal 1)',
      }),
      entry(333, 8, 'live', 180, 'second'),
    ],
    recognised_ch: 370,
    uncapped_ch: 370,
    five_years_ch: 2870,
    five_years_short_ch: 2130,
    appeals: office.appeals.filter((one) => one.person === 'p10mine'),
  };
}

function fakeLessonHours(participants) {
  const names = participants.filter((one) => one.role === 'trainee').slice(0, 24);
  const lines = names.map((one, index) => {
    const person = `p${one.id}`;
    if (index % 9 === 8) {
      const none = { first_ms: null, last_ms: null, present_s: 0, counted_s: 0, with_replay_s: 0 };
      const zero = {
        live_ch: 0,
        credit_ch: 0,
        lesson_ch: 0,
        balance_ch: 0,
        asked: 0,
        answered: 0,
        reactions_ms: [],
        void_blocks: [],
      };
      return fakeLine(person, one.name, { ...none, ...zero, reasons: [{ reason: 'no_make_up' }] });
    }
    // Two people of one name, and one whom no check has asked.
    const name = index === 3 ? names[2].name : one.name;
    const school = index === 3 ? { school: '宁波市海曙中心小学' } : {};
    const unasked = index === 4 ? { asked: 0, answered: 0, reactions_ms: [] } : {};
    const rest = { ...whole, ...school, ...unasked, adjusted_ch: index === 6 ? 20 : 0 };
    return fakeLine(person, name, index % 4 === 1 ? {} : rest);
  });
  return {
    lesson: 'demo',
    title: '义务教育课程标准（2022年版）解读 · 第三讲',
    kind: 'live',
    rules: fakeRules(),
    stage: 'provisional',
    computed_at_ms: Date.now() - 600_000,
    taught_s: 5400,
    effective_ch: 200,
    lines,
  };
}

/** Answers `/api/hours/…` from memory. */
export async function answerHours(request, url, json, office, participants) {
  let body = '';
  for await (const part of request) body += part;
  const [what, id] = url.pathname.slice('/api/hours/'.length).split('/');
  const sent = body ? JSON.parse(body) : null;
  if (what === 'mine') return json(200, fakeMine(office));
  if (what === 'appeals' && !sent) return json(200, office.appeals);
  if (what === 'appeals' && !id) {
    const { title } = office.appeals[0];
    const own = { person: 'p10mine', name: '马丽', at_ms: Date.now(), state: 'open', answer: null };
    office.appeals.push({ id: office.appeals.length + 1, title, balance_ch: 170, ...own, ...sent });
    return json(200, office.appeals.at(-1));
  }
  if (what === 'appeals') {
    const appeal = office.appeals.find((one) => one.id === Number(id));
    Object.assign(appeal, { state: sent.correction ? 'granted' : 'dismissed', answer: sent.answer });
    return json(200, 'entered');
  }
  if (what === 'corrections' && !sent) return json(200, office.corrections);
  if (what === 'corrections') {
    office.corrections = office.corrections.filter((one) => one.id !== Number(id));
    return json(200, id ? 'entered' : 'waits');
  }
  if (what === 'demo' && !id) return json(200, fakeLessonHours(participants));
  json(404, { code: 'not_found', message: 'no such lesson' });
}
