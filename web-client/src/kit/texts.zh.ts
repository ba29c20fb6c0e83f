/** 每一页都用到的文字（简体中文）；最先加载，所以只放最少的。 */
export const kitZh = {
  app: '同步课堂',
  language: 'English',
  close: '关闭',
  cancel: '取消',
  retry: '重试',
  loading: '正在打开…',
  you: '我',
  fullscreen: '全屏',
  exitFullscreen: '退出全屏',
  toHome: '回到我的课堂',
  unknown: {
    title: '没有这个页面',
    text: '地址可能打错了，或者页面已经不在了。请核对链接，或回到首页。',
    front: '回到首页',
  },
  role: { instructor: '讲师', trainee: '学员', operator: '管理员' },
};

export type KitTexts = typeof kitZh;
