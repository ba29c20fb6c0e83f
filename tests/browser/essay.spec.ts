/** An essay from what the phase asks for to its acceptance: written on a phone, returned with words, and accepted. */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { Clerk } from './clerk.ts';
import { day, setPassword } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

test.use({ actionTimeout: 60_000 });

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let server: Server;
let invitations: Map<string, string>;
test.beforeEach(async () => {
  [server, invitations] = await Server.startPhase(['--people', '40', '--waiting', '0']);
});
test.afterEach(async () => {
  await server.stop();
});

/** So many characters that are no two alike. */
const essay = (chars: number) =>
  Array.from({ length: chars }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7_919) % 9_000))).join('');

const link = (login: string) => invitations.get(login) ?? '';

/** The office asks for an essay and names who reviews. */
async function ask(office: Clerk, shot: (name: string) => string): Promise<void> {
  const { page } = office;
  await office.section('考核与评阅');
  await office.phase('demo-1');
  await page.getByLabel('写什么').selectOption('either');
  await page.getByLabel('最后一天').fill(day(200));
  await office.button('保存要求').click();
  await expect(page.getByText('不是有效的日期或数字，或超出了范围。')).toBeVisible();
  await page.getByLabel('最后一天').fill(day(6));
  await office.button('保存要求').click();
  await expect(page.getByText('第 1 版')).toBeVisible();
  await page.getByLabel('姓名、登录名或完整手机号').fill('demo-instructor');
  await page.keyboard.press('Enter');
  await office.button('添加').click();
  await expect(office.row('王老师')).toBeVisible();
  await page.screenshot({ path: shot('office.png'), fullPage: true });
  await expectNoFaults(page);
}

/** The text as it is in the editor. */
const editor = (page: Page) => page.getByLabel('正文', { exact: true });

async function handIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: '提交', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '确定提交' }).click();
}

/** An accepted essay becomes one of the best, is read by a stranger, and is taken back. */
async function share(browser: Browser, desk: Page, phone: Page, shot: (name: string) => string): Promise<void> {
  await test.step('the reviewer marks it as excellent', async () => {
    await desk.getByRole('button', { name: '评为优秀' }).click();
    await expect(desk.getByRole('button', { name: '取消优秀' })).toBeVisible();
    await expect(desk.getByRole('navigation', { name: '我的评阅' }).getByText('优秀', { exact: true })).toBeVisible();
    await desk.screenshot({ path: shot('excellent-phone.png'), fullPage: true });
    await expectNoFaults(desk);
  });

  await test.step('the author is asked, and agrees', async () => {
    await phone.reload();
    await expect(phone.getByText('你的心得被评为优秀')).toBeVisible();
    await expect(phone.getByText(/任何人不用登录就能读到/)).toBeVisible();
    await phone.screenshot({ path: shot('asked-phone.png') });
    await expectNoFaults(phone);
    await phone.getByRole('button', { name: '同意公开' }).click();
    await expect(phone.getByRole('button', { name: '撤回公开' })).toBeVisible();
    await phone.screenshot({ path: shot('public-phone.png') });
  });

  const small = { ...PHONE, viewport: { width: 360, height: 640 } };
  const stranger = await Person.open(browser, `${new URL(phone.url()).origin}/open`, small);
  const { page } = stranger;
  await test.step('a stranger finds it beside the courses, and reads it without signing in', async () => {
    await page.getByRole('link', { name: '优秀心得', exact: true }).click();
    await expect(page).toHaveURL(/\/open\/essays$/);
    await expect(page).toHaveTitle(/优秀心得/);
    await expect(page.getByText('共 1 篇')).toBeVisible();
    await expect(page.getByRole('link', { name: '公开课', exact: true })).toBeVisible();
    await page.screenshot({ path: shot('open-essays-phone.png') });
    await expectNoFaults(page);
    const read = page.getByRole('link', { name: /^阅读全文/ });
    expect((await read.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await read.click();
    await expect(page.getByText('补充：上周的一节课。')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.screenshot({ path: shot('open-essay-phone.png') });
    await expectNoFaults(page);
  });

  await test.step('the author takes it back, and it is not there any more', async () => {
    await phone.getByRole('button', { name: '撤回公开' }).click();
    await expect(phone.getByRole('button', { name: '同意公开' })).toBeVisible();
    await page.reload();
    await expect(page.getByText('这里没有这篇心得。')).toBeVisible();
    await page.getByRole('link', { name: '全部优秀心得' }).click();
    await expect(page.getByText('还没有公开的优秀心得，请过些日子再来。')).toBeVisible();
  });
  expect(stranger.problems).toEqual([]);
  await stranger.leave();
}

test('an essay is written on a phone, returned with words, handed in again and accepted', async ({ browser }, info) => {
  const shot = (name: string) => info.outputPath(name);
  const office = await Clerk.of(browser, link('demo-training'));
  await ask(office, shot);

  const trainee = await Person.open(browser, link('demo-trainee-1'), PHONE);
  const phone = trainee.page;
  await test.step('the home page says what the phase asks for, and leads there', async () => {
    await setPassword(phone);
    const goal = phone.getByRole('region', { name: '结业要求' });
    await expect(goal.getByText('已学 0 / 10 学时')).toBeVisible();
    await expect(goal.getByText('心得 未交')).toBeVisible();
    await expect(goal.getByText(/^还剩 6 天$/)).toBeVisible();
    await goal.scrollIntoViewIfNeeded();
    await phone.screenshot({ path: shot('home-phone.png') });
    await expectNoFaults(phone);
    await goal.getByRole('link', { name: '写心得' }).click();
  });

  await test.step('999 cannot be handed in; what is typed is saved, and is there after a reload', async () => {
    await editor(phone).fill(essay(999));
    await expect(phone.getByText('999 / 1,000 字')).toBeVisible();
    await expect(phone.getByRole('button', { name: '提交', exact: true })).toBeDisabled();
    await expect(phone.getByText(/^已保存 \d\d:\d\d$/)).toBeVisible();
    await phone.screenshot({ path: shot('short-phone.png') });
    await expectNoFaults(phone);
    await phone.reload();
    await expect(editor(phone)).toHaveValue(essay(999));
  });

  await test.step('without a network it stays here, and a second device overwrites nothing', async () => {
    const other = await phone.context().newPage();
    await other.goto(phone.url());
    await expect(editor(other)).toHaveValue(essay(999));
    await phone.context().setOffline(true);
    await editor(phone).fill(`地铁里写的。${essay(999)}`);
    await expect(phone.getByText('没有网络，内容留在本机，连上后自动保存')).toBeVisible();
    await phone.screenshot({ path: shot('offline-phone.png') });
    await phone.context().setOffline(false);
    await expect(phone.getByText(/^已保存 \d\d:\d\d$/)).toBeVisible();
    // The other window knows nothing of it.
    await editor(other).fill(`窗口二。${essay(999)}`);
    await expect(other.getByText('两份文字不一样')).toBeVisible();
    await expect(other.getByRole('region', { name: '另一台设备保存的' }).first()).toContainText('地铁里写的。');
    await other.screenshot({ path: shot('conflict-phone.png'), fullPage: true });
    await expectNoFaults(other);
    await other.getByRole('button', { name: '用另一台设备的' }).click();
    await expect(editor(other)).toHaveValue(`地铁里写的。${essay(999)}`);
    await other.close();
  });

  await test.step('a file is read, looked at, and handed in', async () => {
    const file = { name: '心得.txt', mimeType: 'text/plain', buffer: Buffer.from(essay(1_024)) };
    await phone.locator('input[type=file]').setInputFiles(file);
    const dialog = phone.getByRole('dialog', { name: '从“心得.txt”读到 1,024 字' });
    await dialog.getByRole('button', { name: '换成文件里的' }).click();
    await expect(phone.getByText('1,024 / 1,000 字')).toBeVisible();
    await phone.screenshot({ path: shot('enough-phone.png') });
    await handIn(phone);
    await expect(phone.getByText(/^已提交（.*等待评阅。$/)).toBeVisible();
    await phone.screenshot({ path: shot('handed-in-phone.png') });
    await expectNoFaults(phone);
  });

  const reviewer = await Person.open(browser, link('demo-instructor'));
  const desk = reviewer.page;
  await test.step('the reviewer is led to it, and returns it with words', async () => {
    await setPassword(desk);
    await desk.getByRole('region', { name: '心得评阅' }).getByRole('link', { name: '去评阅' }).click();
    await expect(desk.getByText('已评 0 / 1 篇', { exact: false }).first()).toBeVisible();
    await desk.getByRole('button', { name: '退回修改' }).click();
    await expect(desk.getByText('请先给四项打分。')).toBeVisible();
    for (const criterion of ['主题鲜明', '条理清晰', '结构完整', '逻辑严谨']) {
      await desk.getByRole('group', { name: criterion }).getByText('4', { exact: true }).click();
    }
    await desk.getByLabel(/^评语/).fill('请补充一个课堂实例。');
    await desk.screenshot({ path: shot('review.png'), fullPage: true });
    await expectNoFaults(desk);
    await desk.getByRole('button', { name: '退回修改' }).click();
    await expect(desk.getByText(/第 \d+ 号已评。/)).toBeVisible();
  });

  await test.step('the author reads the words, changes the text and hands it in again', async () => {
    await phone.reload();
    await expect(phone.getByText('评阅人请你修改后再交')).toBeVisible();
    await expect(phone.getByText('请补充一个课堂实例。').first()).toBeVisible();
    await phone.screenshot({ path: shot('returned-phone.png'), fullPage: true });
    await editor(phone).fill(`${essay(1_024)}补充：上周的一节课。`);
    await handIn(phone);
    await expect(phone.getByText(/^已提交（.*等待评阅。$/)).toBeVisible();
  });

  await test.step('it comes back to the same reviewer, who accepts it', async () => {
    await desk.reload();
    await expect(desk.getByText('补充：上周的一节课。')).toBeVisible();
    for (const criterion of ['主题鲜明', '条理清晰', '结构完整', '逻辑严谨']) {
      await desk.getByRole('group', { name: criterion }).getByText('5', { exact: true }).click();
    }
    await desk.getByRole('button', { name: '通过', exact: true }).click();
    await expect(desk.getByText('都评完了，辛苦了。')).toBeVisible();
    await desk.setViewportSize(PHONE.viewport);
    await desk.screenshot({ path: shot('review-phone.png') });
    await phone.reload();
    await expect(phone.getByText('心得已通过')).toBeVisible();
    await phone.screenshot({ path: shot('accepted-phone.png'), fullPage: true });
  });
  await share(browser, desk, phone, shot);
  expect([...trainee.problems, ...reviewer.problems]).toEqual([]);
  await trainee.leave();
  await reviewer.leave();
  await office.leave();
});
