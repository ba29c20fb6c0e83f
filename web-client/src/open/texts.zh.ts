/** 公开课目录与优秀心得的文字（简体中文）。 */
import type { EssayKind } from '../protocol';

/** 这一期两种都可以写时，读者只需要知道是一篇心得。 */
const kind: Record<EssayKind, string> = {
  reflection: '学习心得',
  article: '教学研究文章',
  either: '心得',
};

export const openZh = {
  title: '公开课',
  intro: '往期课程的录像，免费观看，不用登录。看公开课不计学时。',
  loading: '正在打开…',
  search: '搜索课程、主讲人或内容',
  go: '搜索',
  tags: '按标签查看',
  all: '全部',
  found: (n: number) => (n === 0 ? '没有找到课程。' : `共 ${n} 门课程`),
  foundFor: (n: number, what: string) =>
    n === 0 ? `没有找到与“${what}”有关的课程。` : `与“${what}”有关的课程共 ${n} 门`,
  nothing: '目录里还没有课程，请过些日子再来。',
  tryElse: '换一个词试试，一个字也可以搜；或者查看全部课程。',
  showAll: '查看全部课程',
  minutes: (n: number) => `${n} 分钟`,
  watch: '观看',
  watchOf: (title: string) => `观看 ${title}`,
  published: (day: string) => `${day} 发布`,
  previous: '上一页',
  next: '下一页',
  page: (n: number, of: number) => `第 ${n} / ${of} 页`,
  pages: '翻页',
  toStart: '登录或报名培训',
  toEssays: '优秀心得',
  essays: {
    title: '优秀心得',
    intro: '评阅人评为优秀、作者同意公开的学习心得和教学研究文章，不用登录就能读。',
    toCourses: '公开课',
    nothing: '还没有公开的优秀心得，请过些日子再来。',
    count: (n: number) => `共 ${n} 篇`,
    shown: (n: number, of: number) => `共 ${of} 篇，已列出 ${n} 篇`,
    more: '更多',
    read: '阅读全文',
    readOf: (title: string) => `阅读全文：${title}`,
    kind,
    chars: (figure: string) => `${figure} 字`,
    all: '全部优秀心得',
    gone: '这里没有这篇心得。',
    goneText: '地址可能不对；也可能作者已经撤回，不再公开。',
  },
};

export type OpenTexts = typeof openZh;
