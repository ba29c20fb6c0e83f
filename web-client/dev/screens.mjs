/**
 * Pictures of every screen into `screens/`, from the fake server and painted streams, to be looked at
 * after a change of style: `npm run build && npm run screens [part of a name]`.
 */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { media } from './fake-replay.mjs';
import { startFakeServer } from './fake-server.mjs';
import { paintStreams } from './painted-streams.mjs';

const out = new URL('../screens/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const only = process.argv[2] ?? '';

if ('replay'.startsWith(only) || only.startsWith('replay')) await media();
const server = await startFakeServer(0);
const base = `http://localhost:${server.address().port}`;
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.split(' ') });

const click = (name) => (page) => page.getByRole('button', { name }).first().click();
const enter = async (page) => {
  await page.waitForTimeout(700);
  await page.getByRole('button', { name: /进入课堂|Enter the class/ }).click();
  await page.waitForTimeout(700);
};

/** The replay, at a moment at which much is shown. */
function replayShots() {
  const at = (seconds, act) => async (page) => {
    await page.getByRole('slider', { name: /播放位置|^Position/ }).fill(String(seconds * 1000));
    await page.waitForTimeout(2500);
    await act?.(page);
  };
  const path = '/replay/demo?as=trainee';
  const staff = '/replay/demo?as=teacher';
  const tab = (name) => (page) => page.getByRole('tab', { name }).click();
  return [
    ['replay', path, desk, at(45)],
    ['replay-dark', path, desk, at(45, click('设置')), { colorScheme: 'dark' }],
    ['replay-staff', staff, desk, at(45, tab('发布'))],
    ['replay-phone', path, phone, at(45)],
    ['replay-phone-break', path, phone, at(24)],
    ['replay-phone-chapters', path, phone, at(12, tab('章节'))],
    ['replay-phone-en', path, phone, at(45, click('Settings')), { locale: 'en-US', colorScheme: 'dark' }],
    ['replay-phone-staff', staff, phone, at(45, tab('发布'))],
    ['replay-landscape', path, { width: 844, height: 390 }, at(45)],
    ['replay-none', '/replay/nothing?as=trainee', phone],
  ];
}

/** Checks, counted minutes, roll calls. */
function hoursShots() {
  const trainee = '/lesson/demo?as=trainee';
  const teacher = '/lesson/demo?as=teacher';
  const english = { locale: 'en-US' };
  const dark = { colorScheme: 'dark' };
  /** Somebody else calls the roll while this page is looked at. */
  const called = (then) => async (page) => {
    await page.evaluate(instruct, [{ do: 'call_roll' }]);
    await page.waitForTimeout(600);
    await then?.(page);
  };
  const typing = called((page) => page.getByRole('textbox').fill('老师，我有一个问题'));
  const minutes = click(/已讲|minutes taught/);
  const roll = (then) => async (page) => {
    await enter(page);
    await click(/^点名$|^Roll call$/)(page);
    await page.waitForTimeout(400);
    await then?.(page);
  };
  const end = (page) => page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const appealing = async (page) => {
    await click('申诉')(page);
    await page.getByLabel(/请写明/).fill('第四段点“我在”的时候学校停电，大约五分钟后才恢复。');
  };
  const deciding = (page) =>
    page
      .getByText(/^处理$/)
      .first()
      .click();
  return [
    ['hours-lobby', trainee, phone, null, { fresh: true }],
    ['hours-lobby-en', trainee, desk, null, { fresh: true, ...english, ...dark }],
    ['hours-check', trainee, phone, called()],
    ['hours-check-dark', trainee, phone, called(), dark],
    ['hours-check-en', trainee, phone, called(), english],
    ['hours-check-desk', trainee, desk, called(), dark],
    ['hours-check-landscape', trainee, { width: 844, height: 390 }, called()],
    ['hours-check-keyboard', trainee, { width: 390, height: 500 }, typing],
    ['hours-check-full', trainee, desk, called(click('全屏'))],
    ['hours-check-done', trainee, phone, called(click('我在'))],
    ['hours-minutes', trainee, phone, minutes],
    ['hours-minutes-en', trainee, desk, minutes, { ...english, ...dark }],
    ['hours-roll', teacher, desk, roll()],
    ['hours-roll-en', teacher, desk, roll(), { ...english, ...dark }],
    ['hours-roll-phone', teacher, phone, roll(click('作废'))],
    ['hours-roster', teacher, desk, enter],
    ['hours-mine', '/hours?as=trainee', phone],
    ['hours-mine-dark', '/hours?as=trainee', phone, end, dark],
    ['hours-mine-en', '/hours?as=trainee', desk, null, english],
    ['hours-appeal', '/hours?as=trainee', phone, appealing],
    ['hours-sheet', '/hours/demo?as=teacher', desk, click(/有效排序/)],
    ['hours-sheet-dark', '/hours/demo?as=operator', desk, click(/的说明/), dark],
    ['hours-sheet-en', '/hours/demo?as=operator', desk, click(/Explanation/), english],
    ['hours-sheet-phone', '/hours/demo?as=operator', phone, click(/的说明/)],
    ['hours-office', '/hours?as=operator', desk, deciding],
    ['hours-office-phone', '/hours?as=operator', phone, deciding, dark],
    ['hours-nothing', '/hours/nothing?as=operator', phone],
  ];
}

/** Questions to everybody: what a trainee sees, and what the instructor does. */
function pollShots() {
  const trainee = '/lesson/demo?as=trainee';
  const teacher = '/lesson/demo?as=teacher';
  const quiz = {
    question: '维果茨基的“最近发展区”指的是什么？',
    options: [
      '现有水平与潜在发展水平之间的差距',
      '学生之间成绩的差距',
      '教师与学生知识水平之间的差距',
      '课堂内外学习效果的差距',
    ],
    multiple: false,
    right: [0],
  };
  const bare = (options) => ({ question: '', options, multiple: false, right: [] });
  /** Somebody else asks while this page is looked at; what was asked in the picture before is closed. */
  const asked = (poll, then) => async (page) => {
    await page.evaluate(instruct, [{ do: 'close_poll' }, { do: 'open_poll', poll }]);
    await page.waitForTimeout(600);
    await then?.(page);
  };
  const shown = (poll, answer) =>
    asked(poll, async (page) => {
      await click(answer)(page);
      await page.evaluate(instruct, [{ do: 'show_poll', on: true }]);
      await page.waitForTimeout(600);
    });
  const typing = asked(bare([...'ABCD']), (page) => page.getByRole('textbox').fill('老师，我有一个问题'));
  const staff = (then) => async (page) => {
    await enter(page);
    await click(/^提问$|^Poll$/)(page);
    await page.waitForTimeout(500);
    await then?.(page);
  };
  const write = async (page) => {
    await click(/结束，不公布|Close without/)(page).catch(() => {});
    await click(/自己出题|Write a question/)(page);
    await page.getByLabel(/^题目|^Question/).fill(quiz.question);
    await page.getByLabel(/^选项 A$|^Option A$/).fill(quiz.options[0]);
    await page.getByLabel(/^选项 B$|^Option B$/).fill(quiz.options[1]);
    await page.getByLabel(/选项 A 是|Option A is/).click();
  };
  const started = async (page) => {
    await write(page);
    await click(/开始答题|Ask now/)(page);
    await page.waitForTimeout(500);
  };
  const finished = async (page) => {
    await started(page);
    await click(/结束并公布|Close and show/)(page);
    await page.waitForTimeout(500);
  };
  const dark = { colorScheme: 'dark' };
  return [
    ['poll-quiz', trainee, phone, asked(quiz)],
    ['poll-quiz-dark', trainee, phone, asked(quiz), dark],
    ['poll-yes-no', trainee, phone, asked(bare(['是', '否']))],
    ['poll-many-en', trainee, phone, asked({ ...quiz, multiple: true }), { locale: 'en-US' }],
    ['poll-answered', trainee, phone, asked(quiz, click(/现有水平/))],
    ['poll-later', trainee, phone, asked(quiz, click('稍后再答'))],
    ['poll-result', trainee, phone, shown(quiz, /学生之间/)],
    ['poll-desk', trainee, desk, asked(quiz), dark],
    ['poll-landscape', trainee, { width: 844, height: 390 }, asked(bare([...'ABCD']))],
    ['poll-keyboard', trainee, { width: 390, height: 500 }, typing],
    ['poll-full', trainee, desk, asked(quiz, click('全屏'))],
    ['poll-staff', teacher, desk, staff()],
    ['poll-staff-write', teacher, desk, staff(write)],
    ['poll-staff-open', teacher, desk, staff(started), dark],
    ['poll-staff-shown', teacher, desk, staff(finished)],
    ['poll-staff-phone', teacher, phone, staff(started)],
    ['poll-staff-en', teacher, desk, staff(finished), { locale: 'en-US' }],
  ];
}

/** The front door: sign-in, invitation, registration, home, help. */
function portalShots() {
  const dark = { colorScheme: 'dark' };
  const english = { locale: 'en-US' };
  const fill = (name, text) => (page) => page.getByLabel(name).first().fill(text);
  const wrongSignIn = async (page) => {
    await fill(/手机号或登录名|Mobile number/, '13812345678')(page);
    await fill('密码', 'x')(page);
    await click(/^登录$/)(page);
  };
  const code = async (page) => {
    await fill(/手机号或登录名/, 'admin')(page);
    await fill('密码', 'x')(page);
    await click(/^登录$/)(page);
  };
  const half = async (page) => {
    await fill('姓名', '王丽')(page);
    await fill('证件号码', '110105194912310020')(page);
    await fill('手机号', '1381234')(page);
    await click(/提交报名|Send registration/)(page);
  };
  const halfEnglish = async (page) => {
    await fill('Name', 'Wang Li')(page);
    await click(/Send registration/)(page);
  };
  const filled = async (page) => {
    await fill('姓名', '王丽')(page);
    await fill('证件号码', '11010519491231002X')(page);
    await page.getByLabel('选派单位').selectOption('33');
    await fill('学校（单位）全称', '宁波职业技术学院')(page);
    await page.getByLabel('学校类型').selectOption('higher');
    await page.getByLabel('培训方向').selectOption({ index: 3 });
    await page.getByLabel('参训类别').selectOption({ index: 1 });
    await fill('手机号', '13812345678')(page);
    await page.getByRole('checkbox').check();
    await click('提交报名')(page);
  };
  const setPassword = async (page) => {
    await fill('新密码', 'Aa1!quiet-river')(page);
    await fill('再输入一次', 'Aa1!quiet-river')(page);
    await click('设置密码')(page);
    await page.waitForTimeout(400);
    await click('开始绑定')(page);
  };
  const recovery = async (page) => {
    await setPassword(page);
    await page.waitForTimeout(400);
    await fill(/六位数字/, '123456')(page);
    await click('确认绑定')(page);
  };
  const open = (text) => (page) => page.getByText(text, { exact: true }).first().click();
  const checked = async (page) => {
    await open('上课前检查')(page);
    await click('开始检查')(page);
    await page.waitForTimeout(2500);
  };
  return [
    ['door-phone', '/', phone],
    ['door', '/', desk, wrongSignIn],
    ['door-dark', '/', phone, code, dark],
    ['door-en', '/', phone, null, english],
    ['invited-phone', '/invited#x', phone, (page) => fill('新密码', 'Aa1!')(page)],
    ['invited-totp', '/invited#admin', desk, setPassword],
    ['invited-codes', '/invited#admin', phone, recovery, dark],
    ['invited-used', '/invited#gone', phone],
    ['account', '/account?as=admin', desk],
    ['account-phone', '/account?as=wang', phone, null, dark],
    ['enrol', '/enrol', desk],
    ['enrol-phone', '/enrol', phone, null, dark],
    ['enrol-account-phone', '/enrol/zp-2', phone],
    ['enrol-form-phone', '/enrol/zp-2?as=new', phone, half],
    ['enrol-form', '/enrol/zp-2?as=new', desk],
    ['enrol-form-en', '/enrol/zp-2?as=new', phone, halfEnglish, { ...english, ...dark }],
    ['enrol-sent-phone', '/enrol/zp-2?as=new', phone, filled],
    ['home-phone', '/home?as=wang', phone],
    ['home-phone-dark', '/home?as=wang', phone, null, dark],
    ['home-phone-wait', '/home?as=wait', phone],
    ['home-phone-new', '/home?as=new', phone],
    ['home-phone-check', '/home?as=new', phone, checked],
    ['home-en', '/home?as=wait', desk, open('Calendar'), english],
    ['home', '/home?as=wang', desk],
    ['help-phone', '/help', phone, open('学时怎样计算？')],
  ];
}

/** The office of administrators. */
function officeShots() {
  const dark = { colorScheme: 'dark' };
  const english = { locale: 'en-US' };
  const list = '/office/registrations?as=admin&phase=zp-2';
  const wide = { width: 1440, height: 900 };
  const choosePage = (page) => page.getByRole('checkbox').first().check();
  const approving = async (page) => {
    await choosePage(page);
    await click(/^选择全部|^Choose all/)(page);
    await click(/^通过$|^Approve$/)(page);
  };
  const approved = async (page) => {
    await approving(page);
    await page.getByRole('dialog').getByRole('button', { name: /通过 / }).click();
    await page.waitForTimeout(2500);
  };
  const opened = (page) =>
    page
      .getByRole('button', { name: /的报名|^Registration of/ })
      .first()
      .click();
  const importing = async (page) => {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '参训信息汇总表.xlsx', mimeType: 'x', buffer: Buffer.from('x') });
    await page.waitForTimeout(400);
  };
  const section = (name) => `/office/${name}?as=admin&phase=zp-2`;
  return [
    ['office-list', `${list}&state=submitted`, wide],
    ['office-list-dark', `${list}&state=submitted&unit=33`, wide, choosePage, dark],
    ['office-list-en', list, wide, approving, english],
    ['office-list-phone', `${list}&state=submitted`, phone, choosePage],
    ['office-approving', `${list}&state=submitted`, wide, approving],
    ['office-approved', `${list}&state=submitted`, wide, approved],
    ['office-record', list, wide, opened],
    ['office-record-phone', list, phone, opened, dark],
    ['office-quotas', section('quotas'), wide, click('修改名额')],
    ['office-nominations', section('nominations'), wide, importing],
    ['office-contacts', section('contacts'), wide, click('修改')],
    ['office-classes', section('classes'), wide, click('编班')],
    ['office-timetable', `${section('timetable')}&class=zp-2-003`, wide],
    ['office-timetable-add', `${section('timetable')}&class=zp-2-003`, wide, click('增加一节课'), dark],
    ['office-announcements', section('announcements'), wide],
    ['office-people', '/office/people?as=security', wide],
    ['office-phases', section('phases'), wide, click('新建一期')],
    ['office-audit', '/office/audit?as=security', wide],
    ['office-audit-en', '/office/audit?as=security', desk, null, { ...english, ...dark }],
  ];
}

/** Runs in the page: the instructor gives commands from another socket. */
function instruct(commands) {
  const socket = new WebSocket(`ws://${location.host}/signal/demo?as=teacher`);
  socket.onopen = () => {
    for (const [id, command] of commands.entries()) {
      socket.send(JSON.stringify({ type: 'command', id, command }));
    }
  };
}

/** name, path, size, what to do before the picture, options of the page */
const shots = [
  ['link-used', '/in#gone', phone],
  ['trainee-phone', '/lesson/demo?as=trainee', phone],
  ['trainee-phone-dark', '/lesson/demo?as=trainee', phone, null, { colorScheme: 'dark' }],
  ['trainee-phone-hand', '/lesson/demo?as=trainee', phone, click('举手')],
  ['trainee-phone-saver', '/lesson/demo?as=trainee', phone, click('省流')],
  ['trainee-phone-more', '/lesson/demo?as=trainee', phone, click('更多')],
  ['trainee-phone-stage', '/lesson/demo?as=speaker', phone],
  [
    'trainee-phone-people',
    '/lesson/demo?as=trainee',
    phone,
    (page) => page.getByRole('tab', { name: /人员/ }).click(),
  ],
  ['trainee-phone-en', '/lesson/demo?as=trainee', phone, click('Data saver'), { locale: 'en-US' }],
  ['trainee-landscape', '/lesson/demo?as=trainee', { width: 844, height: 390 }],
  ['trainee-desk', '/lesson/demo?as=trainee', desk],
  ['check', '/lesson/demo?as=teacher', desk, (page) => page.waitForTimeout(1200)],
  ['check-phone', '/lesson/demo?as=teacher', phone, (page) => page.waitForTimeout(1200)],
  ['teacher', '/lesson/demo?as=teacher', desk, enter],
  ['teacher-dark', '/lesson/demo?as=teacher', desk, enter, { colorScheme: 'dark' }],
  [
    'teacher-end',
    '/lesson/demo?as=teacher',
    desk,
    async (page) => {
      await enter(page);
      await page.getByRole('button', { name: '对' }).nth(4).click();
      await page.getByRole('button', { name: '下课', exact: true }).click();
    },
  ],
  [
    'teacher-chat-en',
    '/lesson/demo?as=teacher',
    desk,
    async (page) => {
      await enter(page);
      await page.getByRole('tab', { name: /Chat/ }).click();
    },
    { locale: 'en-US' },
  ],
  ['teacher-phone', '/lesson/demo?as=teacher', phone, enter],
  [
    'teacher-phone-more',
    '/lesson/demo?as=teacher',
    phone,
    async (page) => {
      await enter(page);
      await click('更多')(page);
      await click('暂停录制')(page);
    },
  ],
  [
    'teacher-off-record',
    '/lesson/demo?as=teacher',
    desk,
    async (page) => {
      await enter(page);
      await click('更多')(page);
      await click('暂停录制')(page);
      await page.getByRole('alertdialog').getByRole('button', { name: '暂停录制' }).click();
    },
  ],
  ...replayShots(),
  ...hoursShots(),
  ...pollShots(),
  ...portalShots(),
  ...officeShots(),
  ['operator', '/operator?as=operator', desk],
  ['operator-dark', '/operator?as=operator', desk, click('发通知'), { colorScheme: 'dark' }],
  ['operator-phone', '/operator?as=operator', phone, click('下课')],
];

for (const [name, path, viewport, act, options] of shots) {
  if (!name.includes(only)) continue;
  const { fresh = false, ...wishes } = options ?? {};
  const context = await browser.newContext({ viewport, locale: 'zh-CN', ...wishes });
  if (!fresh) await context.addInitScript(rulesAreRead);
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && console.log(`${name}:`, message.text()));
  page.on('pageerror', (error) => console.log(`${name}:`, error.message));
  await page.addInitScript(paintStreams);
  await page.goto(base + path);
  await page.waitForTimeout(900);
  await act?.(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}${name}.png` });
  await context.close();
}
/** Runs in the page: this device was told the rules before. */
function rulesAreRead() {
  for (const seat of ['trainee', 'speaker']) {
    localStorage.setItem(`live-classroom.rules-read.demo.${seat}`, '2026-1');
  }
}

await browser.close();
server.close();
server.closeAllConnections();
process.exit(0);
