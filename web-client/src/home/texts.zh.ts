/** 首页的文字（简体中文）：课表、自学、课前检测、帮助；随这些页一起加载。 */
import type { Door } from '../protocol';

const door: Record<Door, string> = {
  not_yet: '未开放',
  open: '可以进入',
  over: '已结束',
  cancelled: '已取消',
};

export const homeZh = {
  home: {
    title: '我的课堂',
    hello: (name: string) => `${name}，你好`,
    conclusion: '结业与证书',
    now: '正在上课',
    open: '可以进入了',
    next: '下一节课',
    enter: '进入课堂',
    opensAt: (when: string) => `${when} 开放，课前 30 分钟可以进入`,
    opensIn: (left: string) => `还有 ${left}`,
    noLesson: '现在没有安排好的课。',
    noLessonHint: '课表排好以后会出现在这里。',
    instructor: '讲师',
    taughtBy: (names: string) => `讲师：${names}`,
    credit: (hours: string) => `${hours} 学时`,
    today: '今天',
    tomorrow: '明天',
    timetable: '课表',
    past: (n: number) => `已结束的课 ${n} 节`,
    noTimetable: '还没有课。',
    replay: '看回放',
    door,
    live: '上课中',
    paused: '课间',
    notPlaced: '你不在这个班',
    announcements: '公告',
    noAnnouncements: '没有公告。',
    moreAnnouncements: (n: number) => `更早的 ${n} 条`,
    calendar: '日历订阅',
    calendarHint: '把地址加到手机或电脑的日历里，上课前会提醒，课表变了会自动更新。',
    calendarSecret: '有这个地址的人都能看到你的课表，不要转发。地址只显示这一次。',
    calendarMake: '生成地址',
    calendarHave: '已经生成过地址。忘了就换一个，旧的随即失效。',
    calendarRenew: '换一个地址',
    calendarRenewAsk: '旧地址会立即失效，用旧地址订阅的日历不再更新。',
    calendarStop: '停用',
    calendarStopAsk: '停用后，已订阅的日历不再更新。',
    calendarAddress: '订阅地址',
    hours: '我的学时',
    help: '帮助与联系',
    old: '网络不通，看到的可能不是最新的。',
    days: (n: number) => `${n} 天`,
    hoursLong: (n: number) => `${n} 小时`,
    minutes: (n: number) => `${n} 分钟`,
    seconds: (n: number) => `${n} 秒`,
  },
  study: {
    title: '自学课程',
    hint: '自己安排时间看完录像即得学时；每 15 分钟左右会请你确认一次，多倍速播放的部分不计。',
    count: (done: number, all: number) => `已完成 ${done}/${all}`,
    watched: (percent: number) => `已看 ${percent}%`,
    opens: (day: string) => `${day} 开始`,
    gone: '录像暂时没有开放，请稍后再来。',
    until: (when: string) => `${when} 前看完有效`,
    done: (hours: string | null) =>
      hours ? `已完成，${hours} 学时已记入` : '已完成；同一内容的学时只记一次，见“我的学时”',
    late: '时间已过，仍可以看，不再计学时。',
    go: { begin: '开始学习', on: '继续学习', again: '再看一遍' },
  },
  help: {
    title: '帮助与联系',
    contacts: '联系我们',
    noContacts: '还没有公布联系方式，请联系你的单位管理员。',
    organisation: '主办',
    questions: '常见问题',
    list: [
      {
        q: '怎样上课？',
        a: '登录后，首页最上面就是现在或下一节课。课前 30 分钟按钮变亮，点“进入课堂”即可，不用安装软件。手机上可以把本页添加到主屏幕，像应用一样打开。',
      },
      {
        q: '按钮为什么点不了？',
        a: '课前 30 分钟才开放。已经到时间还点不了，请刷新页面；显示“你不在这个班”说明还没有编班或编在别的班，请联系管理员。',
      },
      {
        q: '没有声音、画面卡住怎么办？',
        a: '先在首页做“上课前检查”：它会说明声音和画面的通道（UDP）通不通，不通就换一个网络，例如手机热点。网络弱时点课堂里的“省流”，只保留声音和课件。断线会自动重连，座位和已计的学时都还在。',
      },
      {
        q: '在微信里打不开？',
        a: '微信自带的浏览器不支持直播课堂。请点右上角“…”，选“在浏览器打开”。',
      },
      {
        q: '审核要多久？候补是什么？',
        a: '单位和培训管理员在报名截止后集中审核。通过但单位没有空余名额时进入候补，有人退出时按提交顺序自动递补。',
      },
      {
        q: '学时怎样计算？',
        a: '每节课进入前都会说明规则；课堂里能看到已计的分钟数；课后在“我的学时”里逐条解释，有疑问可以申诉。',
      },
      {
        q: '忘记密码、换了手机号？',
        a: '换了手机号，登录后在“账号与安全”里更换。忘记密码或不能登录，请联系单位管理员或班主任，他们会发给你一个链接，用来设置新密码。',
      },
    ],
  },
};

export type HomeTexts = typeof homeZh;
