/** Pictures of the front door: accounts, registration, home, the office. */
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const click = (name) => (page) => page.getByRole('button', { name }).first().click();

/** The front door: sign-in, invitation, registration, home, help. */
export function portalShots() {
  const dark = { colorScheme: 'dark' };
  const english = { locale: 'en-US' };
  const fill = (name, text) => (page) => page.getByLabel(name).first().fill(text);
  const wrongSignIn = async (page) => {
    await fill(/手机号或登录名|Mobile number/, '13812345678')(page);
    await fill('密码', 'x')(page);
    await click(/^登录$/)(page);
  };
  const code = async (page) => {
    await fill(/手机号或登录名/, 'admin')(page);
    await fill('密码', 'x')(page);
    await click(/^登录$/)(page);
  };
  const half = async (page) => {
    await fill('姓名', '王丽')(page);
    await fill('证件号码', '110105194912310020')(page);
    await fill('手机号', '1381234')(page);
    await click(/提交报名|Send registration/)(page);
  };
  const halfEnglish = async (page) => {
    await fill('Name', 'Wang Li')(page);
    await click(/Send registration/)(page);
  };
  const filled = async (page) => {
    await fill('姓名', '王丽')(page);
    await fill('证件号码', '11010519491231002X')(page);
    await page.getByLabel('选派单位').selectOption('33');
    await fill('学校（单位）全称', '宁波职业技术学院')(page);
    await page.getByLabel('学校类型').selectOption('higher');
    await page.getByLabel('培训方向').selectOption({ index: 3 });
    await page.getByLabel('参训类别').selectOption({ index: 1 });
    await fill('手机号', '13812345678')(page);
    await page.getByRole('checkbox').check();
    await click('提交报名')(page);
  };
  const setPassword = async (page) => {
    await fill('新密码', 'Aa1!quiet-river')(page);
    await fill('再输入一次', 'Aa1!quiet-river')(page);
    await click('设置密码')(page);
    await page.waitForTimeout(400);
    await click('开始绑定')(page);
  };
  const recovery = async (page) => {
    await setPassword(page);
    await page.waitForTimeout(400);
    await fill(/六位数字/, '123456')(page);
    await click('确认绑定')(page);
  };
  const open = (text) => (page) => page.getByText(text, { exact: true }).first().click();
  const checked = async (page) => {
    await open('上课前检查')(page);
    await click('开始检查')(page);
    await page.waitForTimeout(2500);
  };
  return [
    ['door-phone', '/', phone],
    ['door', '/', desk, wrongSignIn],
    ['door-dark', '/', phone, code, dark],
    ['door-en', '/', phone, null, english],
    ['invited-phone', '/invited#x', phone, (page) => fill('新密码', 'Aa1!')(page)],
    ['invited-totp', '/invited#admin', desk, setPassword],
    ['invited-codes', '/invited#admin', phone, recovery, dark],
    ['invited-used', '/invited#gone', phone],
    ['account', '/account?as=admin', desk],
    ['account-phone', '/account?as=wang', phone, null, dark],
    ['enrol', '/enrol', desk],
    ['enrol-phone', '/enrol', phone, null, dark],
    ['enrol-account-phone', '/enrol/zp-2', phone],
    ['enrol-form-phone', '/enrol/zp-2?as=new', phone, half],
    ['enrol-form', '/enrol/zp-2?as=new', desk],
    ['enrol-form-en', '/enrol/zp-2?as=new', phone, halfEnglish, { ...english, ...dark }],
    ['enrol-sent-phone', '/enrol/zp-2?as=new', phone, filled],
    ['home-phone', '/home?as=wang', phone],
    ['home-phone-dark', '/home?as=wang', phone, null, dark],
    ['home-phone-wait', '/home?as=wait', phone],
    ['home-phone-new', '/home?as=new', phone],
    ['home-phone-check', '/home?as=new', phone, checked],
    ['home-en', '/home?as=wait', desk, open('Calendar'), english],
    ['home', '/home?as=wang', desk],
    ['help-phone', '/help', phone, open('学时怎样计算？')],
  ];
}

/** The office of administrators. */
export function officeShots() {
  const dark = { colorScheme: 'dark' };
  const english = { locale: 'en-US' };
  const list = '/office/registrations?as=admin&phase=zp-2';
  const wide = { width: 1440, height: 900 };
  const choosePage = (page) => page.getByRole('checkbox').first().check();
  const approving = async (page) => {
    await choosePage(page);
    await click(/^选择全部|^Choose all/)(page);
    await click(/^通过$|^Approve$/)(page);
  };
  const approved = async (page) => {
    await approving(page);
    await page.getByRole('dialog').getByRole('button', { name: /通过 / }).click();
    await page.waitForTimeout(2500);
  };
  const taking = async (page) => {
    await choosePage(page);
    await click('从候补录取')(page);
  };
  const editing = (page) => page.getByRole('button', { name: '修改' }).nth(1).click();
  const opened = (page) =>
    page
      .getByRole('button', { name: /的报名|^Registration of/ })
      .first()
      .click();
  const importing = async (page) => {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '参训信息汇总表.xlsx', mimeType: 'x', buffer: Buffer.from('x') });
    await page.waitForTimeout(400);
  };
  const section = (name) => `/office/${name}?as=admin&phase=zp-2`;
  return [
    ['office-list', `${list}&state=submitted`, wide],
    ['office-list-dark', `${list}&state=submitted&unit=33`, wide, choosePage, dark],
    ['office-list-en', list, wide, approving, english],
    ['office-list-phone', `${list}&state=submitted`, phone, choosePage],
    ['office-approving', `${list}&state=submitted`, wide, approving],
    ['office-approved', `${list}&state=submitted`, wide, approved],
    ['office-record', list, wide, opened],
    ['office-record-phone', list, phone, opened, dark],
    ['office-quotas', section('quotas'), wide, click('修改名额')],
    ['office-nominations', section('nominations'), wide, importing],
    ['office-contacts', section('contacts'), wide, click('修改')],
    ['office-classes', section('classes'), wide, click('编班')],
    ['office-timetable', `${section('timetable')}&class=zp-2-003`, wide],
    ['office-timetable-add', `${section('timetable')}&class=zp-2-003`, wide, click('增加一节课'), dark],
    ['office-announcements', section('announcements'), wide],
    ['office-people', '/office/people?as=security', wide],
    ['office-waiting', `${list}&state=waitlisted`, wide, taking],
    ['office-waiting-phone', `${list}&state=waitlisted`, phone],
    ['office-phases', section('phases'), wide, editing],
    ['office-policy', section('policy'), wide],
    ['office-policy-phone', section('policy'), phone, click('设置新规则'), dark],
    ['office-policy-en', section('policy'), wide, click('Set new rules'), english],
    ['office-audit', '/office/audit?as=security', wide],
    ['office-audit-en', '/office/audit?as=security', desk, null, { ...english, ...dark }],
  ];
}
