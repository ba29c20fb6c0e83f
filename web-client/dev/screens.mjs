/**
 * Pictures of every screen into `screens/`, from the fake server and painted streams, to be looked at
 * after a change of style: `npm run build && npm run screens [part of a name]`.
 */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { classShots } from './class-shots.mjs';
import { media } from './fake-replay.mjs';
import { startFakeServer } from './fake-server.mjs';
import { paintStreams } from './painted-streams.mjs';
import { officeShots, portalShots } from './portal-shots.mjs';

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

/** Runs in the page: the instructor gives commands from another socket. */
function instruct(commands) {
  const socket = new WebSocket(`ws://${location.host}/signal/demo?as=teacher`);
  socket.onopen = () => {
    for (const [id, command] of commands.entries()) {
      socket.send(JSON.stringify({ type: 'command', id, command }));
    }
  };
}

/** A class with sound, and the question whether the trainee is there. */
async function asked(page) {
  await click('点击开启声音')(page);
  await page.evaluate(instruct, [{ do: 'call_roll' }]);
  await page.waitForTimeout(600);
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
  ...classShots(enter),
  ...replayShots(),
  ...hoursShots(),
  ...portalShots(),
  ...officeShots(),
  ...pollShots(),
  // Of these two, reduced to 64 colours, are docs/images.
  ['readme-desk', '/lesson/demo?as=trainee', desk, click('点击开启声音')],
  ['readme-phone', '/lesson/demo?as=trainee', phone, asked],
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
