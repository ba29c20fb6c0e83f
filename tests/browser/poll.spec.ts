/** A question to everybody: asked, answered on a phone, seen, shown. */
import { expect, test } from '@playwright/test';
import { Person, standsApart } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
let server: Server;

test.beforeEach(async () => {
  server = await Server.start();
});

test.afterEach(async () => {
  await server.stop();
});

test('the instructor asks, a trainee answers, and a reload shows it again', async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const phone = await Person.enter(browser, server.links.trainees[0] as string, PHONE);
  await expect(phone.page.locator('.class-state')).toHaveText('上课中');

  await teacher.button('提问').click();
  await teacher.button('A–D').click();
  const sheet = phone.page.getByRole('region', { name: '讲师提问' });
  await expect(sheet).toBeVisible();
  await phone.page.screenshot({ path: info.outputPath('asked-phone.png') });
  await standsApart(sheet);
  await phone.page.reload();
  await sheet.getByRole('button', { name: 'C' }).click();
  await expect(sheet.getByText('你的答案：C')).toBeVisible();
  await phone.page.reload();
  await expect(sheet.getByText('你的答案：C')).toBeVisible();

  const open = teacher.page.getByRole('region', { name: '正在答题' });
  await expect(open.getByText('已答 1/1 人')).toBeVisible();
  await open.getByText('谁选了什么').click();
  await expect(open.locator('.names')).toHaveText(/^C 1 .+/);
  await teacher.page.screenshot({ path: info.outputPath('asked-teacher.png') });
  await teacher.button('结束并公布结果').click();
  await expect(phone.page.getByRole('region', { name: '答题结果' }).getByText('1 人 · 100%')).toBeVisible();
  await phone.page.screenshot({ path: info.outputPath('result-phone.png') });
  for (const person of [teacher, phone]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});
