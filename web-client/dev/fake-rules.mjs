/** The notice about personal data and the rules for credit, as the fake server tells them. */
const DAY = 86_400_000;

export function notice() {
  const zh = [
    ['由谁处理', '个人信息处理者是本期培训的主办单位；平台的运行单位受其委托处理。'],
    ['为了什么', '核实身份、审核报名、编班、组织直播课堂、记录学时、颁发和查验证书。'],
    ['处理哪些信息', '姓名、性别、证件类型和号码、单位和学校、职务、职称、手机号、电子邮箱……'],
    ['保存多久', '未通过的报名 6 个月；登录和安全日志 190 天；学时和证书登记长期保存。'],
    ['你的权利', '可以查阅、复制、更正、删除自己的信息，要求解释，或撤回同意。'],
  ];
  const en = [
    ['Who handles it', 'The organisations that issue this programme.'],
    ['What for', 'To verify who you are, decide on registrations and record credit hours.'],
    ['How long', 'Rejected registrations 6 months; credit hours and certificates for good.'],
    ['Your rights', 'You may see, copy, correct and delete your data, or take your consent back.'],
  ];
  const parts = (list) => list.map(([title, text]) => ({ title, text }));
  return {
    version: '2026-11',
    handlers: ['教育部教师工作司', '北京信息职业技术学院'],
    organisation: '培训秘书处',
    contacts: ['010-85305090'],
    zh: parts(zh),
    en: parts(en),
  };
}

export function policies() {
  const first = {
    version: '2026-春',
    period: 2700,
    inc: 270,
    gap: 60,
    hb_timeout: 15,
    block: 900,
    answer: 90,
    tol: 300,
    min_share: { part: 1, whole: 2 },
    overrun_max: 1800,
    makeup: true,
    daily_async_cap: 800,
    late: 300,
    early: 300,
  };
  const second = { ...first, version: '2026-秋', block: 1200, tol: 120, daily_async_cap: null };
  const seconds = [
    ['gap', 0, 120],
    ['hb_timeout', 5, 30],
    ['block', 600, 1500],
    ['answer', 30, 180],
    ['tol', 0, 300],
    ['overrun_max', 0, 3600],
    ['late', 0, 86_400],
    ['early', 0, 86_400],
  ].map(([key, least, most]) => ({ key, least, most }));
  return {
    present: second,
    versions: [
      { at_ms: Date.now() - 3 * DAY, figures: second },
      { at_ms: Date.now() - 90 * DAY, figures: first },
    ],
    limits: {
      seconds,
      periods: [2700, 3000, 3600],
      steps: [10, 5, 2, 1],
      daily_async_cap_ch: 10_000,
      version_bytes: 64,
    },
  };
}
