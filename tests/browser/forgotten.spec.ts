/** A start that was forgotten, an end by mistake that is taken back, a removal that is. */
import { type Browser, expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

/** The instructor is in class with microphone and camera, and has not started it. */
async function teaches(browser: Browser): Promise<Person> {
  const teacher = await Person.enter(browser, server.links.instructor);
  await expect(teacher.page.getByText('听得到，声音正常。')).toBeVisible();
  await teacher.button('进入课堂').click();
  return teacher;
}

test('who forgot to start is warned; who ends by mistake is asked with figures and takes it back', async ({
  browser,
}, info) => {
  const teacher = await teaches(browser);
  const phone = await Person.enter(browser, server.links.trainees[0] as string, PHONE);
  const operator = await Person.enter(browser, server.links.operator);

  await test.step('the instructor and the wall are warned, the trainee reads that it does not count', async () => {
    await expect(teacher.page.locator('.banner').getByText(/还没有点“上课”/)).toBeVisible();
    await expect(teacher.page.locator('.banner').getByText(/^大家已经可以看到、听到/)).toBeVisible();
    await expect(operator.page.getByRole('article').getByText(/还没有点“上课”/)).toBeVisible();
    await expect(phone.page.getByText('还没有上课：讲师点“上课”以后，时间才计入学时。')).toBeVisible();
    await phone.page.screenshot({ path: info.outputPath('not-yet-phone.png') });
    await teacher.page.screenshot({ path: info.outputPath('not-started-teacher.png') });
    await operator.page.screenshot({ path: info.outputPath('not-started-wall.png') });
  });

  await teacher.button('上课').click();
  await expect(teacher.page.locator('.class-state')).toHaveText('上课中');
  await expect(teacher.page.locator('.banner').getByText(/还没有点“上课”/)).toHaveCount(0);
  await phone.seesAndHears();
  await expect(phone.page.getByText('还没有上课：讲师点“上课”以后，时间才计入学时。')).toHaveCount(0);

  await test.step('ending early asks with figures', async () => {
    await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
    const question = teacher.page.getByRole('alertdialog');
    await expect(question.getByText(/计划 90 分钟，只讲了 .+：现在下课，这节课只值 0\/2 学时/)).toBeVisible();
    await teacher.page.screenshot({ path: info.outputPath('end-asks-teacher.png') });
    await teacher.button('仍然下课').click();
    for (const person of [teacher, phone]) {
      await expect(person.page.getByRole('heading', { name: '已下课' })).toBeVisible();
    }
  });

  await test.step('a page that is opened anew tells of the end at once, and nothing is made ready', async () => {
    const { page } = teacher;
    const anew = await page.context().newPage();
    await anew.goto(page.url());
    await expect(anew.getByRole('heading', { name: '已下课' })).toBeVisible();
    await expect(anew.getByRole('button', { name: '撤回下课' })).toBeVisible();
    await expect(anew.getByRole('link', { name: '看回放' })).toBeVisible();
    await anew.screenshot({ path: info.outputPath('ended-anew-teacher.png') });
    await anew.close();
    const other = await phone.page.context().newPage();
    await other.goto(phone.page.url());
    await other.evaluate(() => localStorage.clear());
    await other.reload();
    await expect(other.getByRole('heading', { name: '已下课' })).toBeVisible();
    await expect(other.getByRole('button', { name: '知道了，进入课堂' })).toHaveCount(0);
    await other.screenshot({ path: info.outputPath('ended-anew-phone.png') });
    await other.close();
  });

  await test.step('the end is taken back, and everybody is in class again', async () => {
    await expect(phone.button('撤回下课')).toHaveCount(0);
    await expect(teacher.button('撤回下课')).toBeVisible();
    await teacher.page.screenshot({ path: info.outputPath('take-back-teacher.png') });
    await teacher.button('撤回下课').click();
    for (const person of [teacher, phone]) {
      await expect(person.page.locator('.class-state')).toHaveText('上课中');
    }
    await phone.seesAndHears();
  });
  for (const person of [teacher, phone, operator]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('who was removed is marked, and comes in again when that is taken back', async ({ browser }, info) => {
  const teacher = await teaches(browser);
  await teacher.button('上课').click();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  const roster = teacher.page.getByRole('list', { name: '人员' });
  const row = roster.getByRole('listitem').filter({ hasText: '学员' });
  await row.getByRole('button', { name: /^对 .+ 的操作$/ }).click();
  await row.getByRole('button', { name: '移出课堂' }).click();
  await row.getByRole('button', { name: '移出', exact: true }).click();
  await expect(trainee.page.getByText(/你被移出了课堂/)).toBeVisible();

  await expect(row.getByText('已移出')).toBeVisible();
  await expect(row.getByText('已离开')).toHaveCount(0);
  for (const senseless of ['请上台（麦克风）', '禁言', '静音', '移出课堂']) {
    await expect(row.getByRole('button', { name: senseless, exact: true })).toHaveCount(0);
  }
  await teacher.page.screenshot({ path: info.outputPath('removed-teacher.png') });
  await trainee.page.screenshot({ path: info.outputPath('removed-trainee.png') });
  await row.getByRole('button', { name: '允许重新进入' }).click();
  await expect(row.getByText('已移出')).toHaveCount(0);
  await trainee.button('再次进入').click();
  await trainee.seesAndHears();
  await expect(row.getByText('已离开')).toHaveCount(0);
  for (const person of [teacher, trainee]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});
