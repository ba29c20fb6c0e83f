/** A picture that comes back: on a link that carries it, after the server stood still, and what is said meanwhile. */
import { expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  server.thaw();
  await server.stop();
});

/** So long a virtual machine that is moved stands still. */
const FROZEN_MS = 14_000;
/** So long a busy machine may take to make and decode another size; the server goes up by trials of some seconds. */
const RESIZED_MS = 90_000;
/** A picture that is taken away again is taken within this time. */
const KEPT_MS = 15_000;

async function teach(person: Person): Promise<void> {
  await person.button('进入课堂').click();
  await person.button('上课').click();
  await expect(person.page.locator('.class-state')).toHaveText('上课中');
}

/** Frames go on in every part of the next seconds, not only in the first. */
async function keepsSeeing(person: Person): Promise<void> {
  const until = Date.now() + KEPT_MS;
  while (Date.now() < until) {
    await person.seesAndHears();
    await person.page.waitForTimeout(1_000);
  }
  await person.seesAndHears();
}

test('the instructor goes on seeing a trainee on stage, also after the server stood still', async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teach(teacher);
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  await trainee.button('举手').click();
  const roster = teacher.page.getByRole('list', { name: '人员' });
  const row = roster.getByRole('listitem').filter({ hasText: '举手中' });
  await row.getByRole('button', { name: /^对 .+ 的操作$/ }).click();
  await row.getByRole('button', { name: '请上台（麦克风和摄像头）' }).click();
  await trainee.button('打开麦克风和摄像头').click();

  await test.step('on a perfect link the picture stays', async () => {
    await keepsSeeing(teacher);
  });
  await test.step('after 14 s of silence it comes back and stays', async () => {
    server.freeze();
    await teacher.page.waitForTimeout(FROZEN_MS);
    server.thaw();
    const since = Date.now();
    for (const person of [teacher, trainee]) {
      await expect(person.page.getByText(/正在重新连接/)).toHaveCount(0);
      await person.seesAndHears();
      info.annotations.push({ type: 'figure', description: `sees again: ${Date.now() - since} ms` });
    }
    await keepsSeeing(teacher);
    await keepsSeeing(trainee);
  });
  expect([teacher, trainee].flatMap((person) => person.problems)).toEqual([]);
});

test('a dark place says why: not opened, closed by the instructor, or lost', async ({ browser }, info) => {
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  const place = trainee.page.locator('.stage-main');
  await expect(place.getByText('讲师还没有进入课堂')).toBeVisible();
  await trainee.page.screenshot({ path: info.outputPath('waiting.png') });

  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.page.getByLabel('进入时打开摄像头').uncheck();
  await teacher.button('进入课堂').click();
  await expect(place.getByText(/已经在课堂里/)).toBeVisible();
  await expect(teacher.button('下课')).toHaveCount(0);
  await teacher.button('上课').click();
  await expect(place.getByText('讲师还没有打开画面')).toBeVisible();

  await teacher.button('打开摄像头').click();
  await trainee.seesAndHears();
  await teacher.button('关闭摄像头').click();
  await expect(place.getByText('讲师关闭了画面，声音不受影响')).toBeVisible();

  await teacher.button('打开摄像头').click();
  await trainee.seesAndHears();
  await teacher.page.close();
  await expect(place.getByText(/^讲师的网络断了/)).toBeVisible();
  await trainee.page.screenshot({ path: info.outputPath('lost.png') });
  expect(trainee.problems).toEqual([]);
});

test('a small tile is sent a small picture', async ({ browser }) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teach(teacher);
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  const height = () =>
    trainee.page.evaluate(() => Math.max(...[...document.querySelectorAll('video')].map((one) => one.videoHeight)));
  // A camera is sent in 720, 360 and 180 lines. On a machine that is too busy the browser makes no 720.
  const timeout = RESIZED_MS;
  await expect.poll(height, { message: 'the large picture is large', timeout }).toBeGreaterThanOrEqual(360);
  await trainee.page.setViewportSize({ width: 320, height: 700 });
  await expect.poll(height, { message: 'the small one is small', timeout }).toBeLessThanOrEqual(180);
});
