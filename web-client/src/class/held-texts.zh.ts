/** 什么时候算上课：忘了点“上课”、提前下课、撤回下课、移出后又允许进入。 */
export const heldZh = {
  notStarted: (minutes: number) =>
    minutes === 0
      ? '已到上课时间，还没有点“上课”：现在讲的不计学时。'
      : `还没有点“上课”，已讲 ${minutes} 分钟不计学时。请点“上课”。`,
  /** 给学员 */
  notYet: '还没有上课：讲师点“上课”以后，时间才计入学时。',
  end: {
    ask: (planned: number, taught: number, worth: string, credit: string) =>
      `计划 ${planned} 分钟，只讲了 ${taught} 分钟：现在下课，这节课只值 ${worth}/${credit} 学时。仍要下课？所有人都会离开。`,
    yes: '仍然下课',
  },
  takeBack: {
    button: '撤回下课',
    hint: (left: string) => `按错了？还可以撤回 ${left}：课接着上，录制接着录，大家会自动回来。`,
    back: '下课已撤回，正在回到课堂…',
    failed: '没有撤回成功，请再试一次。',
    too_late: '已超过 10 分钟，或学时已经算出，不能再撤回。',
    waiting: '如果讲师撤回下课，这里会自动回到课堂。',
  },
  removed: '已移出',
  readmit: '允许重新进入',
  readmitted: (name: string) => `${name} 可以用原来的链接重新进入了。`,
};

export type HeldTexts = typeof heldZh;
