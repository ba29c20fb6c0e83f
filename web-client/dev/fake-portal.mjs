/** Canned accounts, registrations and timetables for `fake-server.mjs` and the screenshots. */
import { notice, policies } from './fake-rules.mjs';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const day = (ms) => new Date(ms + 8 * 60 * MINUTE).toISOString().slice(0, 10);

const UNITS = [
  ['11', '北京市教育委员会', '北京', 'province'],
  ['31', '上海市教育委员会', '上海', 'province'],
  ['32', '江苏省教育厅', '江苏', 'province'],
  ['33', '浙江省教育厅', '浙江', 'province'],
  ['44', '广东省教育厅', '广东', 'province'],
  ['51', '四川省教育厅', '四川', 'province'],
  ['62', '甘肃省教育厅', '甘肃', 'province'],
  ['93', '宁波市教育局', '宁波', 'planned_city'],
  ['66', '新疆生产建设兵团教育局', '兵团', 'corps'],
  ['D01', '深圳职业技术大学（团队建设单位）', '深职大', 'direct'],
].map(([code, name, short, kind]) => ({ code, name, short, kind }));

const TRACKS = ['5G移动网络运维', '网络安全运维', '电子商务数据分析', '工业机器人应用编程'];

function phase(number, title, change = {}) {
  const now = Date.now();
  const from = now - 2 * DAY;
  return {
    id: `zp-${number}`,
    programme: 'zp',
    number,
    title,
    hours_ch: 1000,
    plan_seats: 10_000,
    registration: { first: day(from), last: day(now + 3 * DAY) },
    registration_from_ms: from,
    registration_to_ms: now + 4 * DAY,
    timing: 'open',
    study: { first: day(now + 10 * DAY), last: day(now + 30 * DAY) },
    tracks: [],
    categories: [],
    choose_class: false,
    per_school: null,
    ...change,
  };
}

const programme = {
  id: 'zp',
  title: '教学创新团队建设在线培训示范班',
  issuers: ['教育部教师工作司', '北京信息职业技术学院'],
  policy_version: null,
  phases: [
    phase(1, '团队建设'),
    phase(2, '“1+X”师资', {
      hours_ch: 2000,
      tracks: TRACKS,
      categories: ['骨干教师', '教学管理人员'],
      per_school: { seats: 3, categories: [{ category: '骨干教师', seats: 2 }] },
    }),
    phase(3, '信息素养', { timing: 'not_open', registration_from_ms: Date.now() + 6 * DAY }),
  ],
};

const accountOf = {
  wang: ['王丽', [{ role: 'trainee', unit: null, class: null }], ['register', 'see_registrations']],
  new: ['赵敏', [{ role: 'trainee', unit: null, class: null }], ['register', 'see_registrations']],
  admin: [
    '陈志远',
    [{ role: 'training_admin', unit: null, class: null }],
    'see_registrations recommend approve nominate reveal set_quota make_phase form_classes make_timetable announce see_reports make_accounts'.split(
      ' ',
    ),
  ],
  security: [
    '周安',
    [{ role: 'security_admin', unit: null, class: null }],
    ['make_accounts', 'set_roles', 'read_audit'],
  ],
};

function account(seat, change = {}) {
  const found = accountOf[seat];
  if (!found) return null;
  const [name, roles, may] = found;
  return {
    seat,
    person: `p-${seat}`,
    name,
    login: `${seat}01`,
    phone: '138****5678',
    roles,
    may,
    must: [],
    has_second_factor: roles[0].role !== 'trainee',
    recovery_codes_left: roles[0].role !== 'trainee' ? 8 : 0,
    idle_s: 1800,
    ...change,
  };
}

const FORM = {
  name: '王丽',
  sex: 'female',
  document_kind: 'resident',
  document_number: '**************002X',
  unit: '33',
  school: '宁波职业技术学院',
  school_code: '4133010866',
  school_kind: 'higher',
  position: '专业负责人',
  title: '副教授',
  subject: '电子商务',
  track: TRACKS[2],
  category: '骨干教师',
  mobile: '138****5678',
  email: 'w***@nbpt.edu.cn',
  note: '',
};

function mine(state, change = {}) {
  return {
    id: 7,
    phase: 'zp-2',
    phase_title: '“1+X”师资',
    state,
    form: FORM,
    nominated: 'yes',
    reason: '',
    submitted_at_ms: Date.now() - DAY,
    waiting_place: null,
    class: null,
    consent: { version: '2026-11', at_ms: Date.now() - DAY },
    may_edit: false,
    may_withdraw: true,
    may_choose_class: false,
    ...change,
  };
}

/** 45 minutes to be watched alone. */
function study(id, title, change = {}) {
  return {
    lesson: id,
    title,
    class_name: '003',
    from_ms: Date.now() - 3 * DAY,
    until_ms: Date.now() + 9 * DAY,
    credit_ch: 100,
    door: 'open',
    length_ms: 45 * MINUTE,
    covered_ms: 0,
    completed: null,
    ...change,
  };
}

function lesson(id, title, startMs, change = {}) {
  return {
    lesson: id,
    title,
    class: 'zp-2-003',
    class_name: '003',
    planned_start_ms: startMs,
    planned_end_ms: startMs + 90 * MINUTE,
    kind: 'live',
    opens_at_ms: startMs - 30 * MINUTE,
    credit_ch: 200,
    state: 'open',
    door: 'not_yet',
    instructors: [{ person: 'p1', name: '李明' }],
    enter_as: 'trainee',
    ...change,
  };
}

/** What the phase asks for: hours, and an essay that was begun. */
function goal(now) {
  const rule = { kind: 'either', least: 1000, due: day(now + 6 * DAY) };
  const closes_ms = now + 6 * DAY + 60 * MINUTE;
  return {
    phase: 'zp-2',
    title: '“1+X”师资',
    hours_ch: 1000,
    recognised_ch: 730,
    still_ch: 600,
    pace: 'on_track',
    study_ends_ms: now + 20 * DAY,
    essay: {
      phase: 'zp-2',
      title: '“1+X”师资',
      rule,
      closes_ms,
      state: 'draft',
      count: 640,
      asks_consent: false,
    },
    quiz: { about: quizAbout(closes_ms), passed: false, running: false, tries_left: 2, best: 52 },
    survey: null,
  };
}

function quizAbout(closes_ms) {
  const paper = { questions: 40, points: 100, pass: 60, tries: 3, minutes: 60 };
  return { ...paper, closes_ms, reveal: true, required: true };
}

/** `when`: live now, doors open, or hours to wait. */
function home(when) {
  const now = Date.now();
  const hour = 60 * MINUTE;
  const next = {
    live: lesson('demo', '电子商务数据分析：用户画像与指标体系', now - 20 * MINUTE, {
      state: 'live',
      door: 'open',
    }),
    wait: lesson('demo', '电子商务数据分析：用户画像与指标体系', now + 3 * hour),
    none: null,
  }[when];
  const timetable = next
    ? [
        lesson('l0', '1+X 证书制度与书证融通', now - 2 * DAY, { state: 'ended', door: 'over' }),
        lesson('l00', '开班与平台使用说明', now - 4 * DAY, { state: 'ended', door: 'over' }),
        next,
        lesson('l2', '数据采集与清洗实操', now + DAY, { instructors: [{ person: 'p2', name: '孙婷' }] }),
        lesson('l3', '可视化报告设计', now + DAY + 3 * hour, { door: 'cancelled' }),
        lesson('l4', '考评员工作坊', now + 3 * DAY),
      ]
    : [];
  return {
    now_ms: now,
    now_or_next: next,
    timetable,
    studies: next
      ? [
          study('s1', '网络安全法与个人信息保护', { covered_ms: 27 * MINUTE }),
          study('s2', '职业教育法解读', { completed: { at_ms: now - DAY, entered_ch: 100 } }),
          study('s3', '数据分析案例导读', { from_ms: now + 2 * DAY, door: 'not_yet' }),
        ]
      : [],
    goals: next ? [goal(now)] : [],
    announcements: next
      ? [
          {
            id: 2,
            phase: null,
            class: 'zp-2-003',
            title: '明天的课请准备数据文件',
            text: '请提前下载课程资料里的 orders.csv，\n课上要用。',
            by: '李明',
            at_ms: now - 2 * hour,
          },
          {
            id: 1,
            phase: 'zp-2',
            class: null,
            title: '第 2 期开班通知',
            text: '本期共 10 次直播课，缺课可在 30 天内看回放补学。小论文不少于 1000 字，请在 12 月 10 日前提交。',
            by: '培训秘书处',
            at_ms: now - 2 * DAY,
          },
        ]
      : [],
    help: help(),
    has_calendar: false,
  };
}

function help() {
  return {
    platform: '同步课堂',
    organisation: '教育部信息化教学指导委员会',
    contacts: ['培训秘书处 010-85305090', '技术支持 010-85305568（工作日 8:30–21:30）'],
  };
}

const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗'];
const GIVEN = ['丽', '志强', '敏', '建国', '晓燕', '伟', '芳', '海波', '静怡', '𠮷', '䶮', '文博'];
const SCHOOLS = [
  '宁波职业技术学院',
  '杭州市中策职业学校',
  '浙江机电职业技术大学',
  '义乌市城镇职业技术学校',
  '温州科技职业学院',
];

/** 1,240 registrations, most of them waiting. */
const people = Array.from({ length: 1240 }, (_, at) => {
  const state =
    at < 900
      ? 'submitted'
      : at < 930
        ? 'waitlisted'
        : at < 1160
          ? 'approved'
          : at < 1220
            ? 'placed'
            : 'rejected';
  return {
    id: at + 1,
    state,
    name: SURNAMES[at % 20] + GIVEN[(at * 7) % 12],
    document_kind: 'resident',
    document: `**************${String((at * 37) % 10_000).padStart(4, '0')}`,
    mobile: `13${at % 10}****${String((at * 91) % 10_000).padStart(4, '0')}`,
    unit: UNITS[(at * 3) % 8].code,
    school: SCHOOLS[at % 5],
    school_kind: at % 5 === 1 || at % 5 === 3 ? 'secondary' : 'higher',
    track: TRACKS[at % 4],
    category: '骨干教师',
    nominated: at % 17 === 3 ? 'no' : at % 29 === 5 ? 'other_name' : at % 31 === 7 ? 'other_unit' : 'yes',
    recommended: at % 3 !== 0,
    submitted_at_ms: Date.now() - 2 * DAY + at * 97_000,
    waiting_place: state === 'waitlisted' ? Math.floor((at - 900) / 8) + 1 : null,
    class: state === 'placed' ? `zp-2-00${1 + (at % 3)}` : null,
    reason: '',
  };
});

function matching(params) {
  const has = (name, of) => !params.get(name) || params.get(name) === of;
  const text = params.get('text') ?? '';
  return people.filter(
    (one) =>
      has('unit', one.unit) &&
      has('state', one.state) &&
      has('track', one.track) &&
      has('class', one.class) &&
      has('nominated', one.nominated === 'yes' ? 'yes' : 'no') &&
      has('recommended', one.recommended ? 'yes' : 'no') &&
      (one.name.includes(text) || one.school.includes(text)),
  );
}

function registrationPage(params) {
  const after = Number(params.get('after') ?? 0);
  const limit = Number(params.get('limit') ?? 100);
  const rest = matching(params).filter((one) => one.id > after);
  const rows = rest.slice(0, limit);
  return { rows, next: rest.length > limit ? rows.at(-1).id : null };
}

function counts(params) {
  const all = matching(params);
  const states = [...new Set(people.map((one) => one.state))].map((state) => ({
    state,
    count: all.filter((one) => one.state === state).length,
  }));
  return { all: all.length, states };
}

function quotaRow(unit, at) {
  const of = people.filter((one) => one.unit === unit.code);
  const count = (...states) => of.filter((one) => states.includes(one.state)).length;
  const taken = count('approved', 'placed');
  return {
    unit: unit.code,
    seats: at > 7 ? 20 : [180, 120, 260, 320, 240, 180, 160, 140][at],
    taken,
    submitted: count('submitted'),
    waitlisted: count('waitlisted'),
    rejected: count('rejected'),
    withdrawn: 0,
    nominated: Math.max(0, of.length - 4),
  };
}

function quotas() {
  const rows = UNITS.map(quotaRow);
  return { plan_seats: 10_000, given: rows.reduce((all, row) => all + row.seats, 0), rows };
}

function decide(body) {
  const outcomes = body.ids.map((id) => {
    const one = people.find((person) => person.id === id);
    const state = {
      approve: id % 6 ? 'approved' : 'waitlisted',
      reject: 'rejected',
      waitlist: 'waitlisted',
      withdraw: 'withdrawn',
      recommend: one.state,
    }[body.decision];
    if (!['submitted', 'waitlisted'].includes(one.state))
      return { id, state: one.state, refused: 'wrong_state', school: null };
    if (id % 40 === 7) return { id, state: one.state, refused: 'school_full', school: one.school };
    one.state = state;
    return { id, state, refused: null, school: null };
  });
  return { outcomes, promoted: 0 };
}

function detail(id) {
  const line = people[id - 1];
  const at = line.submitted_at_ms;
  return {
    line,
    consent: { version: '2026-11', at_ms: at },
    attestation: line.recommended ? '自愿参训；学校已通校园网；分管领导；骨干专业带头人。' : '',
    form: {
      ...FORM,
      name: line.name,
      document_number: line.document,
      mobile: line.mobile,
      unit: line.unit,
      school: line.school,
      track: line.track,
      school_kind: line.school_kind,
    },
    steps: [
      { at_ms: at, step: 'submit', state: 'submitted', by: line.name, reason: '' },
      {
        at_ms: at + 5 * 60 * MINUTE,
        step: 'recommend',
        state: 'submitted',
        by: '钱亮',
        reason: '专业带头人',
      },
    ],
  };
}

const classes = [1, 2, 3, 4].map((number) => ({
  id: `zp-2-00${number}`,
  number,
  track: TRACKS[number - 1],
  capacity: 100,
  members: [100, 100, 87, 12][number - 1],
  host: number === 4 ? '浙江机电职业技术大学' : '',
  host_kind: number === 4 ? 'higher' : null,
}));

const CONTACTS = {
  unit: '33',
  lead: { name: '钱亮', position: '处长', telephone: '0571-88008888', mobile: '', email: '' },
  contact: { name: '孙燕', position: '', telephone: '0571-88008889', mobile: '13912345678', email: '' },
};

const MISTAKES = [
  { row: 4, column: 'E', field: '证件号码', wrong: 'check' },
  { row: 9, column: 'E', field: '证件号码', wrong: 'fifteen_digits' },
  { row: 17, column: 'E', field: '证件号码', wrong: 'twice', figures: [9] },
  { row: 21, column: 'K', field: '省份', wrong: 'other_unit' },
  { row: 38, column: 'Q', field: '手机号', wrong: 'phone' },
];

function audit() {
  const line = (seq, act, name, target, done = true, detail = '{}') => ({
    seq,
    at_ms: Date.now() - (200 - seq) * 7 * MINUTE,
    actor: 'p-admin',
    actor_name: name,
    act,
    target: `p-${seq}`,
    target_name: target,
    detail,
    done,
    hash: (seq * 7_919_113).toString(16).padStart(16, 'a'),
  });
  return {
    events: [
      line(181, 'registration.approved', '陈志远', '王丽', true, '{"phase":"zp-2","seat":217}'),
      line(180, 'registration.revealed', '陈志远', '刘志强', true, '{"reason":"电话核实身份"}'),
      line(179, 'account.roles_set', '周安', '钱亮', true, '{"roles":["unit_admin:33"]}'),
      line(178, 'account.sign_in_refused', '钱亮', null, false, '{"why":"wrong_code"}'),
      line(177, 'quota.set', '陈志远', null, true, '{"phase":"zp-2","rows":3}'),
    ],
    next: null,
  };
}

const accounts = [
  ['qian', '钱亮', 'unit_admin', '33', true, true],
  ['li', '李明', 'instructor', null, true, false],
  ['sun', '孙婷', 'instructor', null, false, false],
  ['wu', '吴刚', 'class_admin', null, true, true],
].map(([login, name, role, unit, has_password, has_second_factor]) => ({
  person: `p-${login}`,
  name,
  login: `${login}01`,
  phone: '139****4321',
  roles: [{ role, unit, class: role === 'class_admin' ? 'zp-2-003' : null }],
  state: 'active',
  has_password,
  has_second_factor,
  locked_until_ms: login === 'wu' ? Date.now() + 20 * MINUTE : null,
}));

const made = () => ({ person: 'p9', path: '/invited#k3v9w2m7q4x8t6r1', expires_at_ms: Date.now() + 3 * DAY });
const qr = () => {
  const size = 33;
  let path = '';
  for (let at = 0; at < size * size; at += 1) {
    if ((at * 2_654_435_761) % 7 < 3) path += `M${at % size} ${Math.floor(at / size)}h1v1h-1z`;
  }
  return { size, path };
};

/** Answers what belongs to the front door; false for everything else. */
export async function answerPortal(request, url, json) {
  let text = '';
  if (request.method !== 'GET') for await (const part of request) text += part;
  const parsed = () => {
    try {
      return JSON.parse(text);
    } catch {
      return {};
    }
  };
  const seat = url.searchParams.get('as') ?? '';
  const refuse = (status, code, more = {}) => json(status, { code, message: code, ...more });
  const path = url.pathname.slice('/api'.length);
  const when = { wang: 'live', new: 'none', admin: 'none' }[seat] ?? 'wait';
  const waits = url.searchParams.get('as') === 'wait';
  const who = account(seat) ?? (waits ? account('wang', { seat: 'wait' }) : null);
  const body = parsed();
  const open = {
    'GET /programmes': () => json(200, [programme]),
    'GET /programmes/zp/units': () => json(200, UNITS),
    'GET /programmes/zp/notice': () => json(200, notice()),
    'GET /help': () => json(200, help()),
    'POST /account/sign-in': () => {
      if (body.password === 'locked') return refuse(429, 'locked');
      if (body.login === 'admin' && !body.code) return refuse(401, 'code_needed');
      const found = account(body.login);
      return found ? json(200, found) : refuse(401, 'wrong_sign_in');
    },
    'POST /account/new': () => json(200, account('new')),
    'POST /account/invitation/look': () =>
      body.secret === 'gone'
        ? refuse(410, 'link_used')
        : json(200, {
            name: '钱亮',
            login: 'qian01',
            is_admin: body.secret === 'admin',
            expires_at_ms: Date.now() + DAY,
          }),
    'POST /account/invitation': () => json(200, account('admin', { must: ['enrol_second_factor'] })),
  };
  const own = {
    'GET /account': () => json(200, who),
    'GET /home': () => json(200, home(when)),
    'GET /registrations/mine': () =>
      json(
        200,
        seat === 'new'
          ? []
          : seat === 'wait'
            ? [mine('waitlisted', { waiting_place: 3 })]
            : [mine('placed', { class: { id: 'zp-2-003', number: 3, host: '' } })],
      ),
    'PUT /phases/zp-2/registration': () =>
      body.form.name === '错误'
        ? refuse(422, 'wrong', { wrong: [{ field: 'name', wrong: 'character' }] })
        : json(200, mine(body.submit ? 'submitted' : 'draft', { may_edit: !body.submit })),
    'POST /account/totp': () =>
      json(200, { url: 'otpauth://totp/x', secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP', qr: qr() }),
    'POST /account/totp/confirm': () =>
      json(200, { codes: Array.from({ length: 10 }, (_, at) => `${4821 + at * 513}-${9034 - at * 311}`) }),
    'POST /calendar': () => json(200, { path: '/calendar/q8f3k2m9v7c1x5z4.ics' }),
    'GET /phases/zp-2/registrations': () => json(200, registrationPage(url.searchParams)),
    'GET /phases/zp-2/registrations/counts': () => json(200, counts(url.searchParams)),
    'POST /phases/zp-2/registrations/decide': () => setTimeout(() => json(200, decide(body)), 150),
    'GET /programmes/zp/policy': () => json(200, policies()),
    'GET /phases/zp-2/quotas': () => json(200, quotas()),
    'GET /programmes/zp/contacts': () => json(200, [CONTACTS]),
    'GET /phases/zp-2/classes': () => json(200, classes),
    'GET /phases/zp-2/courses': () =>
      json(200, [
        {
          id: 1,
          title: '数据分析',
          kind: 'live',
          nature: 'practice',
          unusual: false,
          cap_ch: null,
          module: '',
          lessons: 12,
        },
      ]),
    'GET /phases/zp-2/nominations': () =>
      json(200, {
        rows: people.slice(0, 40).map((one) => ({ ...one, registered: one.id % 3 ? one.state : null })),
        next: null,
      }),
    'POST /programmes/zp/nominations/file': () => refuse(422, 'wrong', { wrong: MISTAKES }),
    'POST /programmes/zp/quotas/file': () => json(200, { rows: 10, new: 0, changed: 3, remarks: [] }),
    'GET /timetable/zp-2-003': () =>
      json(200, {
        class: 'zp-2-003',
        class_name: '003',
        now_ms: Date.now(),
        lessons: home('wait').timetable,
      }),
    'GET /announcements': () => json(200, home('live').announcements),
    'GET /instructors': () =>
      json(
        200,
        accounts
          .filter(({ roles }) => roles[0].role === 'instructor')
          .map(({ person, name }) => ({ person, name })),
      ),
    'GET /accounts': () => json(200, { accounts, next: null }),
    'POST /accounts': () => json(200, made()),
    'GET /audit': () => json(200, audit()),
  };
  const key = `${request.method} ${path}`;
  if (open[key]) {
    open[key]();
    return true;
  }
  const record = /^\/registrations\/(\d+)$/.exec(path);
  if (!own[key] && !(record && request.method === 'GET')) return false;
  if (!who) {
    refuse(401, 'signed_out');
    return true;
  }
  if (record) json(200, detail(Number(record[1])));
  else own[key]();
  return true;
}
