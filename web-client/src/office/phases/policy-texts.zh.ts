/** 学时规则页的文字（简体中文）。 */
import type { PolicyFigures } from '../../protocol';

type Key = keyof PolicyFigures;

const name: Record<Key, string> = {
  version: '规则名称',
  period: '1 学时的长度',
  inc: '学时的最小单位',
  gap: '断线不扣的时间',
  hb_timeout: '在线证明的有效时间',
  block: '专注时段的长度',
  answer: '回应签到的时间',
  tol: '整节课允许缺的时间',
  min_share: '最低出勤比例',
  overrun_max: '拖堂最多计多久',
  makeup: '看回放可以补',
  daily_async_cap: '异步课程每天最多',
  late: '晚到多久标为迟到',
  early: '早走多久标为早退',
};

const about: Record<Key, string> = {
  version: '会出现在每一条学时结果里，在本项目里不能重复，例如 2026-秋。',
  period: '一个学时要上多少分钟。',
  inc: '没有上满时，学时按这个单位向下取整。',
  gap: '网络中断不超过这么久，中间的时间照样算在线。',
  hb_timeout: '客户端每隔几秒证明一次在线；超过这么久没有证明就算断线。',
  block: '每个时段里至少有一次签到、答题、举手或发言，这一段才算数。',
  answer: '签到弹出后，在这么久之内点一下就算回应。',
  tol: '缺的时间不超过这么久（也不超过应上时间的十分之一），仍计满学时。',
  min_share: '上课时间低于这个比例，这节课一点学时也不计。',
  overrun_max: '讲师超过下课时间继续讲，最多计入这么久。',
  makeup: '缺的部分可以看回放补上；不勾选就只认直播。',
  daily_async_cap: '防止一天刷完；不填就是不限。',
  late: '只做标记，不影响学时。',
  early: '只做标记，不影响学时。',
};

export const policyZh = {
  title: '学时规则',
  hint: '每个培训项目一套数字。改了就是新的一版，旧版永远留着。',
  programme: '培训项目',
  present: '现行规则',
  ofServer: '还没有单独设置，用的是服务器的通用规则。',
  since: (when: string) => `${when} 起`,
  holds: '新规则只用于保存以后才开始上的课。正在上的课和上完的课仍按原来的规则计算，不会重算。',
  older: '以前的规则',
  none: '没有更早的版本。',
  edit: '设置新规则',
  save: '保存为新规则',
  saved: (version: string) => `已保存。以后开始的课按“${version}”计算。`,
  name,
  about,
  seconds: '秒',
  range: (least: number, most: number) => `${least} 至 ${most} 秒。`,
  mustBe: (least: number, most: number) => `须为 ${least} 至 ${most} 之间的整秒数。`,
  is: (clock: string) => `即 ${clock}（分:秒）。`,
  minutes: (n: number) => `${n} 分钟`,
  step: (steps: number, seconds: number) => (steps === 1 ? '整 1 学时' : `1/${steps} 学时（${seconds} 秒）`),
  percentHint: '0 至 100，百分数，最多两位小数。',
  hours: (n: string) => `${n} 学时`,
  capHint: (most: string) => `0 至 ${most} 学时。`,
  noCap: '不限',
  yes: '可以',
  no: '不可以',
  changed: '与现行规则不同',
};

export type PolicyTexts = typeof policyZh;
