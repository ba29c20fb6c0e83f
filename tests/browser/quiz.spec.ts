/** Trainees test themselves: the office imports a bank and sets papers, a trainee answers on a phone, and results are read. */
import { expect, type Page, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { day, enterOffice, setPassword } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let server: Server;
let invitations: Map<string, string>;
test.beforeAll(async () => {
  [server, invitations] = await Server.startPhase(['--people', '10', '--waiting', '0']);
});
test.afterAll(async () => {
  await server.stop();
});

const HEADINGS = '题型,题目,选项A,选项B,选项C,答案,解析';
const ROWS = [
  '单选题,1 学时是多少分钟？,30 分钟,45 分钟,60 分钟,B,1 学时为 45 分钟。',
  '多选题,哪些可以上课？,电脑,收音机,手机,AC,',
  '判断题,<b>迟到</b>以后还能看回放补学时。,,,,对,',
  '填空题,每五年不少于几学时？,,,,50；五十,见《意见》。',
];
const bank = (rows: readonly string[]) => ({
  name: 'bank.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([HEADINGS, ...rows].join('\n')),
});

async function answerAll(page: Page): Promise<void> {
  await page.getByRole('radio', { name: '45 分钟' }).check();
  await page.getByRole('button', { name: '下一题' }).click();
  await page.getByRole('checkbox', { name: '电脑' }).check();
  await page.getByRole('checkbox', { name: '手机' }).check();
  await page.getByRole('button', { name: '下一题' }).click();
  await expect(page.getByText('<b>迟到</b>以后还能看回放补学时。')).toBeVisible();
  await page.getByRole('radio', { name: '对' }).check();
  await page.getByRole('button', { name: '下一题' }).click();
  await page.getByRole('textbox', { name: '你的答案' }).fill(' ５０ ');
  await expect(page.getByText('已答 4 / 4')).toBeVisible();
  await expect(page.getByText('已保存')).toBeVisible();
}

test('a bank is imported, a paper taken twice on a phone, and the results are read', async ({ browser }, info) => {
  const office = await Person.open(browser, invitations.get('demo-training') ?? '');
  await enterOffice(office);
  const { page } = office;
  await page.getByRole('link', { name: '自测', exact: true }).click();
  await page.getByLabel('培训期次').selectOption('demo-1');

  await test.step('a file with a fault is told by row and column, a good one is taken', async () => {
    await page.getByLabel('导入题目').last().setInputFiles(bank([...ROWS.slice(0, 3), '问答题,怎么办？,,,,x,']));
    await expect(page.getByRole('cell', { name: '题型' })).toBeVisible();
    await page.getByLabel('导入题目').last().setInputFiles(bank(ROWS));
    await page.getByRole('button', { name: '导入', exact: true }).click();
    await expect(page.getByText('1 学时是多少分钟？')).toBeVisible();
  });

  await test.step('the office sets papers, and asks for the self-test', async () => {
    for (const kind of ['单选题', '多选题', '判断题', '填空题']) {
      await page.getByRole('group', { name: kind }).getByLabel('抽几题').fill('1');
    }
    await page.getByLabel('及格分').fill('8');
    await page.getByLabel('每人几次').fill('2');
    await page.getByLabel('每次几分钟').fill('30');
    await page.getByLabel('最后一天（当天 24:00 前）').fill(day(1));
    await expect(page.getByText('一份卷子 4 题，满分 8 分')).toBeVisible();
    await page.getByRole('button', { name: '保存设置' }).click();
    await expect(page.getByText('已保存，学员现在可以自测。')).toBeVisible();
    await expectNoFaults(page);
    await page.screenshot({ path: info.outputPath('office.png'), fullPage: true });
    await page.getByRole('link', { name: '考核与评阅', exact: true }).click();
    await page.getByLabel('要通过网上自测').check();
    await page.getByRole('button', { name: '保存要求' }).click();
    await expect(page.getByText('要求已保存，学员首页马上能看到。')).toBeVisible();
  });

  await test.step('a trainee takes it on a phone, fails, and is shown nothing', async () => {
    const trainee = await Person.open(browser, invitations.get('demo-trainee-1') ?? '', PHONE);
    const phone = trainee.page;
    await setPassword(phone);
    await expect(phone.getByText('自测 未考 · 可考 2 次')).toBeVisible();
    await phone.getByRole('link', { name: '去自测' }).click();
    await expect(phone.getByText('8 分，满分 8 分')).toBeVisible();
    await expectNoFaults(phone);
    await phone.screenshot({ path: info.outputPath('start.png'), fullPage: true });
    await trainee.button('开始第 1 次').click();
    await phone.getByRole('dialog').getByRole('button', { name: '开始' }).click();
    await phone.getByRole('radio', { name: '30 分钟' }).check();
    await expect(phone.getByText('已保存')).toBeVisible();
    await expectNoFaults(phone);
    await phone.screenshot({ path: info.outputPath('question.png'), fullPage: true });
    // What was saved is there after a reload.
    await phone.reload();
    await expect(phone.getByRole('radio', { name: '30 分钟' })).toBeChecked();
    await trainee.button('交卷').click();
    await expect(phone.getByText('还有 3 题没答：2、3、4。')).toBeVisible();
    await phone.getByRole('dialog').getByRole('button', { name: '交卷' }).click();
    await expect(phone.getByText('第 1 次：0 分（满分 8 分）')).toBeVisible();
    await expect(phone.getByText('为了公平，现在还不显示正确答案。')).toBeVisible();

    await trainee.button('开始第 2 次').click();
    await phone.getByRole('dialog').getByRole('button', { name: '开始' }).click();
    await answerAll(phone);
    await phone.screenshot({ path: info.outputPath('last.png'), fullPage: true });
    await trainee.button('交卷').click();
    await phone.getByRole('dialog').getByRole('button', { name: '交卷' }).click();
    await expect(phone.getByText('祝贺，自测已通过。')).toBeVisible();
    await phone.getByRole('button', { name: '看答案和解析' }).last().click();
    await expect(phone.getByText('1 学时为 45 分钟。')).toBeVisible();
    await expectNoFaults(phone);
    await phone.screenshot({ path: info.outputPath('review.png'), fullPage: true });
    await phone.getByRole('link', { name: '回到首页' }).click();
    await expect(phone.getByText('自测 已通过')).toBeVisible();
    expect(trainee.problems).toEqual([]);
    await trainee.leave();
  });

  await test.step('the office reads who has passed, and which question was hard', async () => {
    await page.getByRole('link', { name: '自测', exact: true }).click();
    await expect(page.getByText('通过 1 人')).toBeVisible();
    await page.getByText('每题的正确率').click();
    await expect(page.getByText('50% · 2 份卷子').first()).toBeVisible();
    await page.screenshot({ path: info.outputPath('results.png'), fullPage: true });
    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出成绩（XLSX）' }).click();
    expect((await file).suggestedFilename()).toMatch(/^quiz-results-.*\.xlsx$/);
  });
  expect(office.problems).toEqual([]);
  await office.leave();
});
