/** A phase asks what its trainees think: written in the office, answered on a phone, read as charts. */
import { expect, test } from '@playwright/test';
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

test('the office asks, a trainee answers on a phone, and the results are charts', async ({ browser }, info) => {
  const office = await Person.open(browser, invitations.get('demo-training') ?? '');
  await enterOffice(office);
  const { page } = office;
  await page.getByRole('link', { name: '问卷', exact: true }).click();
  await page.getByLabel('培训期次').selectOption('demo-1');

  await test.step('three questions are written; what is missing is told at its field', async () => {
    await page.getByLabel('标题').fill('培训满意度问卷');
    await page.getByLabel('截止日期（当天 24:00 前）').fill(day(1));
    await page.getByLabel(/^匿名/).uncheck();
    await page.getByLabel('最低分的含义').fill('不满意');
    await page.getByLabel('最高分的含义').fill('很满意');
    await page.getByRole('button', { name: '保存问卷' }).click();
    await expect(page.locator('.survey-fields .field-problem').first()).toBeVisible();
    await page.getByLabel('题目').fill('总体是否满意？');
    await page.getByRole('button', { name: '加一题' }).click();
    await page.getByLabel('题目').nth(1).fill('哪些形式对你有帮助？');
    await page.getByLabel('题型').nth(1).selectOption('choice');
    await page.getByLabel(/^选项/).fill('直播\n回放\n研讨');
    await page.getByLabel('可以多选').check();
    await page.getByRole('button', { name: '加一题' }).click();
    await page.getByLabel('题目').nth(2).fill('还有什么建议？');
    await page.getByLabel('题型').nth(2).selectOption('text');
    await page.locator('.survey-fields').nth(2).getByLabel('必填').uncheck();
    await page.getByRole('button', { name: '保存问卷' }).click();
    await expect(page.getByText('已保存，学员现在可以填写。')).toBeVisible();
    await page.screenshot({ path: info.outputPath('office.png'), fullPage: true });
  });

  await test.step('a trainee finds it on the home page and answers once', async () => {
    const trainee = await Person.open(browser, invitations.get('demo-trainee-1') ?? '', PHONE);
    await setPassword(trainee.page);
    await trainee.page.getByRole('link', { name: '填写问卷' }).click();
    await trainee.button('提交').click();
    await expect(trainee.page.getByText('这一题必填。').first()).toBeVisible();
    await trainee.page.getByRole('radio', { name: '5' }).check();
    await trainee.page.getByRole('checkbox', { name: '直播' }).check();
    await trainee.page.getByRole('checkbox', { name: '研讨' }).check();
    await trainee.page.getByRole('textbox', { name: '还有什么建议？' }).fill('<b>多一些</b>研讨');
    await trainee.page.screenshot({ path: info.outputPath('phone.png'), fullPage: true });
    await trainee.button('提交').click();
    await trainee.page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
    await expect(trainee.page.getByText('谢谢！你的回答已经提交。')).toBeVisible();
    await trainee.page.getByRole('link', { name: '回到首页' }).click();
    await expect(trainee.page.getByRole('heading', { name: /你好/ })).toBeVisible();
    await expect(trainee.page.getByRole('link', { name: '填写问卷' })).toHaveCount(0);
    await trainee.page.goBack();
    await expect(trainee.page.getByText('已提交，谢谢。')).toBeVisible();
    expect(trainee.problems).toEqual([]);
    await trainee.leave();
  });

  await test.step('the office reads charts, and cannot change the questions any more', async () => {
    await page.reload();
    await expect(page.getByText('平均 5.00 分')).toBeVisible();
    await expect(page.getByText('1 人 · 100%').first()).toBeVisible();
    await page.getByText('1 条').click();
    await expect(page.getByText('<b>多一些</b>研讨')).toBeVisible();
    await expect(page.getByRole('button', { name: '保存问卷' })).toHaveCount(0);
    await page.screenshot({ path: info.outputPath('results.png'), fullPage: true });
    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出全部回答（XLSX）' }).click();
    expect((await file).suggestedFilename()).toMatch(/^survey-.*\.xlsx$/);
  });
  expect(office.problems).toEqual([]);
  await office.leave();
});
