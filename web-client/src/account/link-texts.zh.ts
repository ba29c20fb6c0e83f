/** 用链接登录时的文字（简体中文）；和课堂一起最先加载。 */
export const linkZh = {
  working: '正在进入课堂…',
  titleProblem: '没能进入课堂',
  again: '你在这台设备上登录过，可以直接回去：',
  link_used: '这个链接已经用过了。每个链接只能打开一次；请向讲师要一个新的链接。',
  link_expired: '这个链接已过期。请向讲师要一个新的链接。',
  link_unknown: '这个链接不完整或不正确。请完整复制后再打开，或向讲师要一个新的链接。',
  too_fast: '尝试太频繁，请等一分钟再试。',
  network: '连不上服务器。请检查网络后重试。',
  other: '服务器没有接受这个链接。请稍后重试，仍不行请联系讲师。',
  wall: '课堂运行',
};

export type LinkTexts = typeof linkZh;
