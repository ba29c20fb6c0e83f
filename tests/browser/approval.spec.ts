/** The office decides on a phase: schools with a bound, words of the unit, the waiting list by hand, files, telephones. */
import { expect, type Page, test } from '@playwright/test';
import { day, enterOffice, PASSWORD } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

test.use({ actionTimeout: 60_000 });

let server: Server;
let invitations: Map<string, string>;
test.beforeEach(async () => {
  [server, invitations] = await Server.startPhase();
});
test.afterEach(async () => {
  await server.stop();
});

const PHASE = 'demo-2';
const WORDS = '自愿参训；学校已通校园网；骨干专业带头人。';

async function section(page: Page, name: string): Promise<void> {
  await page.getByLabel('管理栏目').getByRole('link', { name, exact: true }).click();
}

/** Changes the second phase. */
async function editPhase(page: Page, change: () => Promise<void>): Promise<void> {
  await section(page, '培训项目');
  await page.getByRole('button', { name: '修改' }).nth(1).click();
  await change();
  await page.getByRole('button', { name: '保存', exact: true }).first().click();
  await expect(page.getByLabel('每校最多人数')).toBeHidden();
}

/** Decides on all that are listed, with these words; what became of them. */
async function decideAll(page: Page, decision: string, fill?: () => Promise<void>): Promise<string[]> {
  await page.getByRole('checkbox', { name: '选择本页全部' }).check();
  await page.getByRole('button', { name: decision, exact: true }).click();
  await fill?.();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: new RegExp(`^${decision} `) }).click();
  await expect(dialog.locator('.outcome')).toBeVisible();
  const outcome = await dialog.locator('.outcome li').allTextContents();
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  return outcome;
}

test('a phase is decided on: schools, words of the unit, the waiting list, files and telephones', async ({ browser }, info) => {
  const link = (login: string) => invitations.get(login) ?? '';
  const admin = await Person.open(browser, link('demo-training'));
  const unit = await Person.open(browser, link('demo-unit'));
  const office = admin.page;
  await enterOffice(admin);
  await enterOffice(unit);

  await test.step('one from each school', async () => {
    await editPhase(office, () => office.getByLabel('每校最多人数').fill('1'));
    await expect(office.getByText('每校最多 1 人')).toBeVisible();
  });

  await test.step('the unit speaks for its people', async () => {
    await unit.page.getByLabel('培训期次').selectOption(PHASE);
    const said = () => unit.page.getByLabel(/推荐意见/).fill(WORDS);
    expect(await decideAll(unit.page, '推荐', said)).toEqual(['待审核 60 人']);
    await section(office, '报名审核');
    await office.getByLabel('培训期次').selectOption(PHASE);
    await office.getByRole('button', { name: /^查看 .* 的报名$/ }).first().click();
    await expect(office.getByText(WORDS)).toBeVisible();
    await expect(office.getByText('已同意《个人信息说明》')).toBeVisible();
    await office.screenshot({ path: info.outputPath('record.png') });
    await office.getByRole('dialog').getByRole('button', { name: '关闭' }).first().click();
  });

  await test.step('a second one of the same school is refused by name', async () => {
    const [approved, refused] = await decideAll(office, '通过');
    expect(approved).toBe('已通过 40 人');
    expect(refused).toMatch(/^20 人没有改动：学校已达本期上限，学校：第\d+职业技术学院、/);
    await editPhase(office, () => office.getByLabel('每校最多人数').fill(''));
    await section(office, '报名审核');
    await office.getByRole('button', { name: /^待审核/ }).click();
    expect(await decideAll(office, '通过')).toEqual(['候补 20 人']);
  });

  await test.step('in the study two seats come, and the third in turn gets one of them with a reason', async () => {
    await editPhase(office, async () => {
      await office.getByLabel('起', { exact: true }).nth(1).fill(day(-1));
    });
    await section(office, '名额');
    await office.getByRole('button', { name: '修改名额' }).click();
    await office.getByLabel('浙江的名额').fill('42');
    await office.getByRole('button', { name: '保存名额' }).click();
    await expect(office.getByText('名额已保存。')).toBeVisible();
    await section(office, '报名审核');
    await office.getByRole('button', { name: /^处理候补/ }).click();
    await expect(office.getByText('空余 2')).toBeVisible();
    const third = office.getByRole('row').filter({ hasText: '第 3 位' }).getByRole('checkbox');
    const take = async (reason: string): Promise<string | null> => {
      await third.check();
      await office.getByRole('button', { name: '从候补录取', exact: true }).click();
      const dialog = office.getByRole('dialog');
      await dialog.getByLabel(/^理由/).fill(reason);
      await dialog.getByRole('button', { name: '从候补录取 1 人' }).click();
      const outcome = await dialog.locator('.outcome li').first().textContent();
      await dialog.getByRole('button', { name: '关闭' }).last().click();
      return outcome;
    };
    expect(await take('')).toBe('1 人没有改动：同单位还有人排在前面，请写明理由');
    expect(await take('校长必须参训')).toBe('已通过 1 人');
    await expect(office.getByText('空余 1')).toBeVisible();
    await office.screenshot({ path: info.outputPath('waiting.png') });
  });

  await test.step('the list of nominees in full numbers needs a reason', async () => {
    await section(office, '上报名单');
    await office.getByRole('button', { name: '导出' }).click();
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel(/^完整证件号码/).check();
    await expect(dialog.getByRole('link')).toHaveCount(0);
    await dialog.getByRole('textbox', { name: '理由' }).fill('核对名单');
    const [download] = await Promise.all([
      office.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Excel' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('nominations-demo-2.xlsx');
    await dialog.getByRole('button', { name: '关闭' }).first().click();
  });

  await test.step('telephones: of somebody who cannot sign in, and the own one', async () => {
    await section(office, '人员与邀请');
    await office.getByLabel('姓名、登录名或完整手机号').fill('demo-trainee-1');
    await office.keyboard.press('Enter');
    const row = office.getByRole('row').filter({ hasText: 'demo-trainee-1' });
    await row.getByRole('button', { name: /的操作$/ }).click();
    await row.getByRole('button', { name: '更换手机号' }).click();
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel('新手机号').fill('13612345678');
    await dialog.getByLabel('理由').fill('换了号，已核实');
    await dialog.getByRole('button', { name: '更换手机号' }).click();
    await expect(row.getByText('136****5678')).toBeVisible();

    await office.goto(office.url().replace(/office\/people/, 'account'));
    await office.getByLabel('新手机号').fill('13612345678');
    await office.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await office.getByRole('button', { name: '登记手机号' }).click();
    await expect(office.getByText('这个手机号已经用在另一个账号上。')).toBeVisible();
    await office.getByLabel('新手机号').fill('13712345678');
    await office.getByRole('button', { name: '登记手机号' }).click();
    await expect(office.getByText('以后用 137****5678 登录。')).toBeVisible();
    await office.screenshot({ path: info.outputPath('telephone.png') });
  });
  expect([...admin.problems, ...unit.problems]).toEqual([]);
  await admin.leave();
  await unit.leave();
});
