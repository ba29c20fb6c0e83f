/** Canned people, chat and load for `fake-server.mjs` and the screenshots. */

const family = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const given = ['丽', '建国', '秀英', '伟', '芳', '晓明', '静', '志强', '敏', '海燕', '军', '雪梅'];

function trainee(index) {
  const name = family[(index * 7) % family.length] + given[(index * 5) % given.length];
  return {
    id: 10 + index,
    name,
    role: 'trainee',
    here: index % 33 !== 32,
    on_stage: index === 1 || index === 2 || index === 3,
    camera_allowed: index === 1 || index === 2,
    picture: 'not_yet',
    sending: index === 1 || index === 2 ? ['mic', 'camera'] : index === 3 ? ['mic'] : [],
    network: index % 17 === 5 ? 'weak' : index % 11 === 7 ? 'fair' : 'good',
    chat_muted: index === 20,
  };
}

export const people = [
  {
    id: 1,
    name: '陈静怡老师',
    role: 'instructor',
    here: true,
    on_stage: true,
    camera_allowed: true,
    sending: ['mic', 'camera', 'screen'],
    picture: 'shown',
    network: 'good',
    chat_muted: false,
  },
  ...Array.from({ length: 100 }, (_, index) => trainee(index)),
];

const said = [
  [1, '大家好，能听到声音吗？听得到的请打 1。'],
  [24, '1'],
  [31, '1，声音很清楚'],
  [10, '1'],
  [45, '老师，新课程标准里的“学业质量”部分今天会讲吗？'],
  [1, '会的，第二部分专门讲，还会请两位老师上台说说自己的做法。'],
  [52, '画面很清楚，谢谢老师！山里网络不太好，我开了省流。'],
];

export function fakeRoom() {
  const now = Date.now();
  const name = (id) => people.find((p) => p.id === id)?.name ?? '';
  return {
    lesson: 'demo',
    title: '义务教育课程标准（2022年版）解读 · 第三讲',
    class: 'live',
    started_at_ms: now - 37 * 60_000 - 12_000,
    trainees_max: 100,
    participants: structuredClone(people),
    hands: [33, 58, 71],
    chat: said.map(([from, text], index) => ({
      id: index + 1,
      from,
      name: name(from),
      text,
      at_ms: now - (said.length - index) * 95_000,
    })),
    notices: [],
    speaking: [1],
    recording: 'on',
    slots: {
      main: [
        { participant: 1, kind: 'screen' },
        { participant: 1, kind: 'camera' },
      ],
      stage: [{ participant: 11, kind: 'camera' }, { participant: 12, kind: 'camera' }, null, null],
    },
  };
}

export function fakeLoad(room) {
  const now = Date.now();
  const trend = (base, loss) =>
    Array.from({ length: 90 }, (_, i) => ({
      at_ms: now - (90 - i) * 5_000,
      trainees_here: Math.min(97, 40 + i),
      out_bps: base * (0.8 + 0.2 * Math.sin(i / 7) + i / 300),
      loss_permille_p90: Math.max(0, loss + loss * Math.sin(i / 5)),
    }));
  const one = (lesson, title, here, out, loss, rtt, weak, state = 'live') => ({
    lesson,
    title,
    class: state,
    trainees_here: here,
    trainees_max: 100,
    staff_here: 1,
    on_stage: 3,
    hands: room.hands.length,
    legs: here + 1,
    in_bps: 4_300_000,
    out_bps: out,
    loss_permille_p90: loss,
    rtt_ms_p90: rtt,
    weak_networks: weak,
    not_counting: null,
    worth: { planned_s: 5400, taught_s: 0, worth_ch: 0, credit_ch: 200 },
    trend: trend(out, loss),
  });
  return {
    at_ms: now,
    rooms: [
      one('demo', room.title, 97, 162_000_000, 6, 58, 2),
      one('math', '小学数学核心素养教学设计 · 第一讲', 92, 118_000_000, 64, 420, 14),
      one('lit', '整本书阅读与研讨（工作坊）', 64, 71_000_000, 12, 120, 1, 'paused'),
      one('sci', '科学探究实践课', 8, 0, 0, 31, 0, 'open'),
    ],
    workers: [0, 1].map((worker) => ({
      worker,
      port: 40_000 + worker,
      rooms: 2,
      legs: 130,
      cpu_permille: worker ? 684 : 312,
      in_bps: 8_600_000,
      out_bps: worker ? 233_000_000 : 118_000_000,
      packets_in: 18_232_120,
      packets_out: 1_203_442_990,
      drops: [
        { reason: 'not_admitted', packets: 312 },
        { reason: 'queue_full', packets: 45 },
        { reason: 'bad_srtp', packets: 3 },
      ],
    })),
  };
}
