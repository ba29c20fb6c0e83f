/** The front door with real people and a real server: register → approve → timetable → the live class. */
import { expect, test } from '@playwright/test';
import { day, documentNumber, enterOffice, PASSWORD, setPassword } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
test.use({ actionTimeout: 60_000 });

let server: Server;
let invitations: Map<string, string>;
test.beforeEach(async () => {
  [server, invitations] = await Server.startPhase();
});
test.afterEach(async () => {
  await server.stop();
});

function invitationOf(login: string): string {
  const link = invitations.get(login);
  if (!link) throw new Error(`nobody invited ${login}`);
  return link;
}

test('somebody registers, is approved, sees the timetable and is in the live class', async ({ browser }, info) => {
  const admin = await Person.open(browser, invitationOf('demo-training'));
  const office = admin.page;
  const section = (name: string) => office.getByLabel('管理栏目').getByRole('link', { name, exact: true }).click();
  await test.step('the administrator sets a password and an authenticator', async () => {
    await enterOffice(admin);
  });

  await test.step('a phase that runs and can still be registered for, with two seats', async () => {
    await section('培训项目');
    await admin.button('新建一期').click();
    await office.getByLabel('名称', { exact: true }).fill('信息素养');
    await office.getByLabel('计划人数').fill('100');
    const [regFirst, studyFirst] = await office.getByLabel('起', { exact: true }).all();
    const [regLast, studyLast] = await office.getByLabel('止', { exact: true }).all();
    await regFirst?.fill(day(-1));
    await regLast?.fill(day(2));
    await studyFirst?.fill(day(-1));
    await studyLast?.fill(day(20));
    await office.getByRole('button', { name: '保存', exact: true }).first().click();
    await expect(office.getByRole('heading', { name: /第 3 期/ })).toBeVisible();
    await section('名额');
    await office.getByLabel('培训期次').selectOption('demo-3');
    await admin.button('修改名额').click();
    await office.getByLabel('浙江的名额').fill('2');
    await admin.button('保存名额').click();
    await expect(office.getByText('名额已保存。')).toBeVisible();
  });

  await test.step('rules for credit of this programme', async () => {
    await section('学时规则');
    await admin.button('设置新规则').click();
    await office.getByLabel('规则名称').fill('示范-1');
    await office.getByLabel('专注时段的长度').fill('599');
    await admin.button('保存为新规则').click();
    await expect(office.getByText('须为 600 至 1500 之间的整秒数。')).toBeVisible();
    await office.getByLabel('专注时段的长度').fill('600');
    await admin.button('保存为新规则').click();
    await expect(office.getByText('以后开始的课按“示范-1”计算。')).toBeVisible();
    await office.screenshot({ path: info.outputPath('policy.png') });
  });

  const trainee = await Person.open(browser, `${new URL(office.url()).origin}/enrol/demo-3`, PHONE);
  const phone = trainee.page;
  await test.step('a trainee makes an account and registers on a phone', async () => {
    await phone.getByLabel('姓名').fill('王丽');
    await phone.getByLabel('手机号').fill('13912345678');
    await phone.getByLabel('新密码').fill(PASSWORD);
    await phone.getByLabel('再输入一次').fill(PASSWORD);
    await trainee.button('注册并继续').click();
    await phone.getByLabel('证件号码').fill('33010519900101001'); // One digit is missing.
    await phone.getByLabel('选派单位').selectOption('33');
    await phone.getByLabel('学校（单位）全称').fill('宁波职业技术学院');
    await phone.getByLabel('学校类型').selectOption('higher');
    await phone.getByRole('checkbox').check();
    await phone.reload(); // A draft survives it.
    await expect(phone.getByLabel('学校（单位）全称')).toHaveValue('宁波职业技术学院');
    await phone.getByRole('checkbox').check();
    await trainee.button('提交报名').click();
    await expect(phone.getByText('位数不对，请核对。')).toBeVisible();
    await phone.getByLabel('证件号码').fill(documentNumber('33010519900101002'));
    await trainee.button('提交报名').click();
    await expect(phone.getByText('待审核', { exact: true })).toBeVisible();
    await expect(phone.getByText('已同意《个人信息说明》')).toBeVisible();
    await phone.screenshot({ path: info.outputPath('registered.png') });
  });

  await test.step('approved among others, placed, and given a lesson now', async () => {
    await section('报名审核');
    await expect(office.getByRole('button', { name: '查看 王丽 的报名' })).toBeVisible();
    await office.getByRole('checkbox', { name: '选择本页全部' }).check();
    await office.getByRole('button', { name: '通过', exact: true }).click();
    await office.getByRole('dialog').getByRole('button', { name: '通过 1 人' }).click();
    await expect(office.getByText('已通过 1 人')).toBeVisible();
    await office.screenshot({ path: info.outputPath('approved.png') });
    await office.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click();
    await expect(office.getByText('剩余 1')).toBeVisible();
    await section('班级');
    await office.getByRole('button', { name: '编班', exact: true }).click();
    await office.getByRole('dialog').getByRole('button', { name: '编班' }).click();
    await expect(office.getByText('已编入 1 人，新增 1 个班。')).toBeVisible();
    await section('课表');
    await office.getByLabel('班级', { exact: true }).selectOption('demo-3-001');
    await admin.button('增加一节课').click();
    await office.getByLabel('课名').fill('智慧课堂实践');
    const clock = (ms: number) => new Date(Date.now() + 8 * 3_600_000 + ms).toISOString().slice(11, 16);
    const evening = clock(0) >= '23:00'; // A lesson ends on the day on which it begins.
    await office.getByLabel('日期').fill(day(0));
    await office.getByLabel('开始').fill(clock(0));
    await office.getByLabel('结束').fill(evening ? '23:59' : clock(45 * 60_000));
    await office.getByLabel('学时', { exact: true }).fill('1');
    await office.getByLabel('讲师姓名').fill('王老师');
    await admin.button('添加讲师').click();
    await admin.button('+ 王老师').click();
    await office.getByRole('button', { name: '保存', exact: true }).click();
    // The instructor of the demonstration teaches all its classes at once.
    await expect(office.getByText(/王老师 在重叠的时间里有 \d+ 节课。/)).toBeVisible();
    await office.getByRole('button', { name: '仍然保存' }).click();
    await expect(office.locator('.lesson-line').filter({ hasText: '智慧课堂实践' })).toBeVisible();
  });

  const teacher = await Person.open(browser, invitationOf('demo-instructor'));
  await test.step('the instructor begins the class', async () => {
    await setPassword(teacher.page);
    await teacher.page.getByRole('listitem').filter({ hasText: '智慧课堂实践' }).getByRole('link', { name: '进入课堂' }).click();
    await teacher.button('进入课堂').click();
    await teacher.button('上课').click();
    await expect(teacher.page.locator('.class-state')).toHaveText('上课中');
  });

  await test.step('the trainee sees the lesson on top and is in the live class', async () => {
    await phone.goto(new URL('/home', phone.url()).href); // Without saying as whom: this device knows.
    await expect(phone.getByRole('heading', { name: '智慧课堂实践' })).toBeVisible();
    await phone.screenshot({ path: info.outputPath('home.png') });
    await phone.getByText('上课前检查', { exact: true }).click();
    await trainee.button('开始检查').click();
    await expect(phone.getByText('畅通，上课时能看能听。')).toBeVisible();
    await office.reload();
    await expect(office.locator('.network-checks summary').filter({ hasText: '智慧课堂实践' })).toContainText('已检测 1/1');
    await phone.locator('.enter').click();
    await trainee.button('知道了，进入课堂').click();
    await trainee.seesAndHears();
  });
  const everybody = [admin, trainee, teacher];
  expect(everybody.flatMap((person) => person.problems)).toEqual([]);
  for (const person of everybody) await person.leave();
});
