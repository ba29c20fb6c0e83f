/** 五年学时证明的文字（简体中文）。 */
export const statementZh = {
  title: '五年学时证明',
  loading: '正在汇总…',
  problem: '现在看不到五年学时。',
  again: '重试',
  sum: (sum: string, short: string, reached: boolean) =>
    reached
      ? `五年内持证学时合计 ${sum}，已达到 50 学时。`
      : `五年内持证学时合计 ${sum}，距 50 学时还差 ${short}。`,
  span: (since: string, until: string) => `统计时间：${since} 至 ${until}`,
  phase: (n: number, title: string) => `第 ${n} 期 ${title}`,
  recognised: (hours: string) => `认定 ${hours} 学时`,
  counted: (hours: string) => `计入五年 ${hours} 学时`,
  notCounted: '不计入五年',
  state: { valid: '证书有效', superseded: '证书已更换', revoked: '证书已撤销', none: '尚无证书' },
  credits: (year: string, category: string, hours: string, credits: string) =>
    `${year} 年${category === '' ? '' : `（${category}）`}：${hours} 学时，折合 ${credits} 学分`,
  capped: '已到年度上限',
  rules: '只有持有效结业证书的学时计入五年合计。',
  source: (seq: string, moment: string) => `数据来源：学时账第 ${seq} 条（${moment}）。`,
  pdf: '下载 PDF',
  conversion: {
    title: '学分折算',
    hint: '只在五年学时证明里折算，不改变学时。各省做法不同，按本项目的规定填写。',
    hours: '多少学时折 1 学分',
    category: '学分类别',
    categoryHint: '例如 专业课；可以不填。',
    cap: '每年最多计多少学分',
    capHint: '不填就是没有上限；最多一位小数。',
    save: '保存折算规则',
    saved: '折算规则已保存。',
    bad: '请检查填写的数。',
  },
};

export type StatementTexts = typeof statementZh;
