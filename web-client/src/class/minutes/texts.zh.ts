/** 课堂里的学时用语：在线确认、点名、已计分钟、进课堂前的说明。 */
import { hoursFigure, spanOf } from '../../i18n/figures';
import type { CheckKind, Uncounted } from '../../protocol';

const why: Record<Uncounted, string> = {
  absent: '不在课堂（断网、关闭页面或离开）',
  unanswered: '这一段的在线确认没有点',
  unasked: '这一段没能问到是否在线',
};

const kind: Record<CheckKind, (block: number) => string> = {
  block: (block) => `在线确认（第 ${block} 段）`,
  roll: () => '点名',
};

const asks: Record<CheckKind, string> = {
  block: '系统每一段课问一次，点一下就好。',
  roll: '讲师正在点名，点一下就好。',
};

export const inClassZh = {
  span: (all: number) => {
    const { minutes, seconds } = spanOf(all);
    if (minutes === 0) return `${seconds} 秒`;
    return seconds === 0 ? `${minutes} 分钟` : `${minutes} 分 ${seconds} 秒`;
  },
  hours: (ch: number) => `${hoursFigure(ch)} 学时`,
  rules: {
    title: '这节课怎么算学时',
    worth: (hours: string, from: string, to: string) => `这节课 ${hours}，${from} 到 ${to} 上课。`,
    full: (full: string, least: string) =>
      `听满 ${full}，学时全部计入；不足 ${least}，不计学时；中间按时间折算。`,
    checks: (block: string, seconds: number) =>
      `大约每 ${block}会请你点一次“我在”，${seconds} 秒内点一下就好；没有点，也没有发言、答题，那一段不计，没等到问就离开也一样。`,
    checksStaff: (block: string, seconds: number) =>
      `大约每 ${block}会请学员点一次“我在”，限 ${seconds} 秒；你也可以随时点名，或把一次作废。`,
    enter: '知道了，进入课堂',
  },
  check: {
    title: '你在听课吗？',
    titleRoll: '讲师点名',
    asks,
    yes: '我在',
    left: (seconds: number) => `还剩 ${seconds} 秒`,
    over: '时间到了',
    sending: '正在确认…',
    unsent: '网络断开，连上后会自动送出。',
    done: '已确认 ✓',
    announce: (title: string, seconds: number) => `${title} 请在 ${seconds} 秒内按“我在”。`,
    tab: '❗请点“我在”',
    refusal: {
      too_late: '确认时间刚刚过了。听课不受影响；有特殊情况，课后可以申诉。',
      wrong_state: '这次确认已经结束或已经算上，不用再点。',
      not_found: '这次确认已取消，不影响你的学时。',
    },
  },
  minutes: {
    pill: (counted: number, taught: number) => `已计 ${counted}/${taught} 分钟`,
    label: (counted: number, taught: number) => `已讲 ${taught} 分钟，其中已计入 ${counted} 分钟。点开看详情`,
    title: '我这节课的有效时间',
    taught: '已讲课',
    counted: '已计入',
    full: (span: string) => `听满 ${span}，学时全部计入。`,
    toFull: (span: string) => `还要听 ${span}。`,
    reached: '已经听满了。',
    least: (span: string) => `不足 ${span}，不计学时。`,
    gaps: '没有计入的时间',
    nothing: '还没有可以计入的讲课时间：上课后，讲师有画面或声音时才开始计。',
    noGaps: '讲过的每一分钟都计入了。',
    why,
    makeUp: '课后看回放，可以把没计入的时间补上；有特殊情况，可以申诉。',
    asOf: (time: string) => `统计到 ${time}，最多晚一分钟更新。`,
    goal: '听满的进度',
  },
  roll: {
    call: '点名',
    title: '点名和在线确认',
    none: '还没有点过名。点下面的“点名”，大家的屏幕上会出现“我在”。',
    kind,
    answered: (n: number, all: number) => `已确认 ${n}/${all} 人`,
    left: (seconds: number) => `还剩 ${seconds} 秒`,
    counting: '正在收齐结果…',
    closed: '已结束',
    void: '已作废，不影响任何人的学时',
    waiting: '还没有点',
    missed: '没有确认',
    all: '全部确认了。',
    nobody: '没有需要确认的学员。',
    more: (n: number) => `另外 ${n} 人`,
    makeVoid: '作废',
    voidAsk: '作废这一次？它不再影响任何人的学时，不能恢复。',
    voidYes: '确定作废',
    show: '看详情',
    refusal: {
      wrong_state: '现在不能点名：没有学员在课堂，或者上一次确认还没有结束。',
      too_fast: '点名太频繁了，请稍等再点。',
    },
    voidRefusal: {
      wrong_state: '这一次已经作废了。',
      not_found: '这一次已经不在了。',
    },
  },
  sheet: {
    counted: (minutes: number) => `有效 ${minutes} 分钟`,
    checks: (answered: number, asked: number) => `确认 ${answered}/${asked}`,
    late: '迟到',
  },
  links: {
    mine: '我的学时',
    lesson: '学时表',
    desk: '学时与申诉',
  },
};

export type InClassTexts = typeof inClassZh;
