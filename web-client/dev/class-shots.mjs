/** States of the class page that are looked at one by one; each begins from a fresh room. */

const trainee = '/lesson/demo?as=trainee';
const teacher = '/lesson/demo?as=teacher';
const dark = { main: [null, null], stage: [null, null, null, null] };
const person = (change) => ({
  event: 'participant',
  participant: {
    id: 1,
    name: '陈静怡老师',
    role: 'instructor',
    here: true,
    on_stage: true,
    camera_allowed: true,
    sending: ['mic'],
    picture: 'shown',
    network: 'good',
    chat_muted: false,
    encoder_muted: false,
    ...change,
  },
});
const link = (doing, down = 'good') => ({ event: 'link', down, up: 'good', doing });
const unshown = { event: 'slots', slots: dark };
const open = { event: 'class', class: 'open', started_at_ms: null };
const live = { event: 'class', class: 'live', started_at_ms: Date.now() - 2_232_000 };
const result = {
  event: 'poll',
  poll: {
    poll: 7,
    question: '维果茨基的“最近发展区”指的是什么？',
    options: [
      '现有水平与潜在发展水平之间的差距',
      '学生之间成绩的差距',
      '教师与学生之间的差距',
      '课堂内外的差距',
    ],
    multiple: false,
    result: { answered: 87, counts: [61, 12, 9, 5], right: [0] },
  },
};
const letters = (result) => ({
  event: 'poll',
  poll: { poll: 8, question: '', options: ['A', 'B', 'C', 'D'], multiple: false, result },
});
const check = () => ({
  event: 'check',
  check: { check: 'b3', kind: 'block', deadline_ms: Date.now() + 80_000 },
});
const notice = {
  event: 'notice',
  notice: { at_ms: Date.now(), text: '十分钟后短暂维护，课堂会自动恢复，请不要退出。' },
};
const said = (id, text) => ({
  event: 'chat',
  line: { id, from: 31, name: '学员', text, at_ms: Date.now() },
});

/** Runs in the page: another socket brings these events to everybody. */
function pretend(events) {
  const socket = new WebSocket(`ws://${location.host}/signal/demo?as=teacher`);
  socket.onopen = () =>
    socket.send(JSON.stringify({ type: 'command', id: 1, command: { do: 'pretend', events } }));
}

/** What brings the page back into the state in which every picture begins. */
const BACK = [live, person({}), link('full'), { event: 'poll', poll: null }, { event: 'check', check: null }];

export function told(events, then) {
  return async (page) => {
    await page.evaluate(pretend, events);
    await page.waitForTimeout(700);
    await then?.(page);
  };
}

export const states = {
  waiting: [open, unshown, person({ picture: 'not_yet' })],
  begun: [open, person({ sending: ['mic', 'camera'] })],
  notYet: [live, unshown, person({ picture: 'not_yet' })],
  closed: [live, unshown, person({ picture: 'closed' })],
  lost: [live, unshown, person({ picture: 'lost', sending: [] })],
  soundOnly: [live, link('sound_only')],
  longest: [live, link('sound_only', 'weak'), { event: 'recording', recording: 'off_record' }],
  checkAndResult: [live, result, check()],
  result: [live, result],
  letters: [live, letters(null)],
  lettersResult: [live, letters({ answered: 87, counts: [61, 12, 9, 5], right: [0] })],
  notice: [live, notice],
  unread: [live, said(101, '老师，这一页能再讲一遍吗？'), said(102, '+1')],
  back: BACK,
};

const sizes = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  small: { width: 360, height: 616 },
};

/** Every state in every size, in both languages. */
export function classShots(enter) {
  const shots = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const [language, options] of [
      ['zh', {}],
      ['en', { locale: 'en-US' }],
    ]) {
      for (const name of Object.keys(states)) {
        if (name === 'back') continue;
        shots.push([`class-${name}-${size}-${language}`, trainee, viewport, told(states[name]), options]);
      }
      const staff = (events) => async (page) => {
        await enter(page);
        await told(events)(page);
      };
      shots.push([`class-staff-open-${size}-${language}`, teacher, viewport, staff(states.waiting), options]);
      shots.push([
        `class-staff-notice-${size}-${language}`,
        teacher,
        viewport,
        staff(states.notice),
        options,
      ]);
    }
  }
  shots.push(['class-unknown', '/nowhere/at/all', sizes.phone]);
  return shots;
}
