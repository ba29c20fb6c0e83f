/** 主画面位置还没有画面时说的话：为什么是黑的，会怎么样。 */
export const darkZh = {
  reconnecting: '和服务器的连接断了，正在重新连接。',
  media: '声音和画面正在接通…',
  gone: '讲师还没有进入课堂',
  left: '讲师暂时不在课堂，请稍候',
  notYet: '讲师还没有打开画面',
  closed: '讲师关闭了画面，声音不受影响',
  lost: '讲师的网络断了，正在等讲师重新连接。不用退出，画面会自动恢复。',
  coming: '画面正在接通…',
  paused: '课间休息，请稍候',
  ended: '已下课',
  open: '还没有上课，请稍候',
  /** 上课前 */
  teacher: (name: string) => `讲师：${name}`,
  teacherHere: (name: string) => `讲师 ${name} 已经在课堂里`,
  starts: (time: string) => `${time} 上课`,
  startsIn: (span: string) => `还有 ${span}`,
  due: '已到上课时间，等讲师点“上课”',
  /** 给讲师自己 */
  dueTeacher: '已到上课时间，请点“上课”',
  minutes: (n: number) => `${n} 分钟`,
  hours: (h: number, m: number) => (m === 0 ? `${h} 小时` : `${h} 小时 ${m} 分钟`),
  soon: '不到 1 分钟',
  hint: '等候时请确认声音已经打开。上课后画面会自动出现，不用刷新。',
  seen: '大家已经可以看到、听到你打开的画面和声音。',
  hintTeacher: '大家已经可以看到、听到你打开的画面和声音。点“上课”后开始计学时。',
  checkDevices: '检查设备和网络',
};

export type DarkTexts = typeof darkZh;
