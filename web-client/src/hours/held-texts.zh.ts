/** 学时表上：忘了点“上课”时，两个人认定真正的上课时间。 */
export const hoursHeldZh = {
  title: '认定上课时间',
  intro:
    '忘了点“上课”，或误点了下课？按讲师有画面、声音的时间，由一人提出、另一位管理员确认，学时会重新计算。',
  none: '这节课没有收到过讲师的画面或声音，没有可以认定的时间。',
  over: '认定期已过。',
  until: (day: string, time: string) => `${day} ${time} 前可以提出。`,
  from: '上课',
  to: '下课',
  planned: (time: string) => `${time}（计划）`,
  text: '原因（写进审计日志）',
  send: '提出认定',
  sent: '已提出，等另一位管理员确认。',
  span: (from: string, to: string) => `${from} 到 ${to} 上课`,
  askedBy: (name: string, text: string) => `${name} 提出：${text}`,
  own: '这是你提出的，要由另一位管理员确认。',
  confirm: '确认',
  refuse: '不同意',
  confirmed: '已确认，学时正在重新计算，请稍后刷新。',
  refused: '已退回。',
  declared: (from: string, to: string) => `已认定 ${from} 到 ${to} 上课。`,
  waiting: '等待确认的上课时间',
  noWaiting: '没有等待确认的上课时间。',
};

export type HoursHeldTexts = typeof hoursHeldZh;
