/** A class as people live it, in a real browser: taught, seen, heard, answered, reloaded, watched over. */
import { expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const TEACHER = '王老师';

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

test('an instructor teaches, trainees see and hear, one answers from the stage and keeps the seat', async ({
  browser,
}, info) => {
  const [linkA, linkB] = server.links.trainees as [string, string];
  const teacher = await Person.enter(browser, server.links.instructor);
  await expect(teacher.page.getByRole('heading', { name: '上课前检查设备' })).toBeVisible();
  await expect(teacher.page.getByText('听得到，声音正常。')).toBeVisible();
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  await expect(teacher.page.locator('.class-state')).toHaveText('上课中');

  const phone = await Person.enter(browser, linkA, PHONE);
  const desk = await Person.enter(browser, linkB);
  await test.step('both trainees see and hear the instructor', async () => {
    await phone.seesAndHears();
    await desk.seesAndHears();
    for (const trainee of [phone, desk]) {
      const played = await trainee.playedOf(TEACHER);
      await expect.poll(() => trainee.playedOf(TEACHER)).toBeGreaterThan(played + 1);
      const media = await trainee.media();
      expect(new Set(media.receivedCodecs)).toEqual(new Set(['video/H264']));
    }
    expect(new Set((await teacher.media()).sentCodecs)).toEqual(new Set(['video/H264']));
    await phone.page.screenshot({ path: info.outputPath('trainee-phone.png') });
    await teacher.page.screenshot({ path: info.outputPath('teacher.png') });
  });

  await test.step('a chat line reaches everybody', async () => {
    await desk.page.getByRole('tab', { name: /聊天/ }).click();
    await desk.page.getByPlaceholder('说点什么…').fill('老师好');
    await desk.button('发送').click();
    await expect(phone.page.getByRole('log').getByText('老师好')).toBeVisible();
  });

  await test.step('a raised hand is answered by the stage, and the voice comes back', async () => {
    const before = await teacher.media();
    await phone.button('举手').click();
    const roster = teacher.page.getByRole('list', { name: '人员' });
    await expect(roster.getByText('举手中 1')).toBeVisible();
    const row = roster.getByRole('listitem').filter({ hasText: '举手中' });
    await row.getByRole('button', { name: /^对 .+ 的操作$/ }).click();
    await row.getByRole('button', { name: '请上台（麦克风和摄像头）' }).click();
    await phone.button('打开麦克风和摄像头').click();
    await expect
      .poll(async () => (await teacher.media()).audioEnergy, { message: 'the instructor hears the trainee' })
      .toBeGreaterThan(before.audioEnergy);
    await teacher.seesAndHears();
    await desk.seesAndHears();
    await phone.page.screenshot({ path: info.outputPath('trainee-on-stage-phone.png') });
    await teacher.page.screenshot({ path: info.outputPath('teacher-with-stage.png') });
  });

  await test.step('a reloaded page keeps its seat and its stage', async () => {
    await phone.page.reload();
    await phone.seesAndHears();
    const people = teacher.page.getByRole('list', { name: '人员' });
    await expect(people.getByRole('listitem').filter({ hasText: '学员' })).toHaveCount(2);
    await expect(people.getByText('在台上')).toBeVisible();
    await expect(people.getByText('已离开')).toHaveCount(0);
    await expect(phone.button('下台')).toBeVisible();
  });

  await test.step('taken off the stage, the trainee is in the audience again', async () => {
    const roster = teacher.page.getByRole('list', { name: '人员' });
    const row = roster.getByRole('listitem').filter({ hasText: '在台上' });
    const actions = row.getByRole('button', { name: /^对 .+ 的操作$/ });
    if ((await actions.getAttribute('aria-expanded')) !== 'true') await actions.click();
    await row.getByRole('button', { name: '请下台' }).click();
    await expect(phone.button('举手')).toBeVisible();
  });

  await test.step('the class ends for everybody', async () => {
    await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
    await teacher.button('仍然下课').click();
    for (const person of [teacher, phone, desk]) {
      await expect(person.page.getByRole('heading', { name: '已下课' })).toBeVisible();
    }
  });
  for (const person of [teacher, phone, desk]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('a break stops the class for everybody and it goes on afterwards', async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const phone = await Person.enter(browser, server.links.trainees[0] as string, PHONE);
  await phone.seesAndHears();

  await teacher.button('课间休息').click();
  for (const person of [teacher, phone]) {
    await expect(person.page.locator('.class-state')).toHaveText('课间休息');
  }
  await expect(phone.page.getByRole('status').getByText('课间休息，请稍候')).toBeVisible();
  await expect(teacher.page.getByText(/麦克风、摄像头或屏幕还开着/)).toBeVisible();
  await phone.page.screenshot({ path: info.outputPath('break-phone.png') });
  await teacher.page.screenshot({ path: info.outputPath('break-teacher.png') });
  // Words still pass in a break, and a page that is opened again is in the break as well.
  await phone.page.getByPlaceholder('说点什么…').fill('几点继续？');
  await phone.button('发送').click();
  await teacher.page.getByRole('tab', { name: /聊天/ }).click();
  await expect(teacher.page.getByRole('log').getByText('几点继续？')).toBeVisible();
  await phone.page.reload();
  await expect(phone.page.locator('.class-state')).toHaveText('课间休息');

  await teacher.button('继续上课').click();
  for (const person of [teacher, phone]) {
    await expect(person.page.locator('.class-state')).toHaveText('上课中');
  }
  await phone.seesAndHears();
  await expect(teacher.button('课间休息')).toBeVisible();
  for (const person of [teacher, phone]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('the operator sees the room on the wall and speaks to everybody', async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();

  const operator = await Person.enter(browser, server.links.operator);
  const wall = operator.page;
  await expect(wall.getByRole('heading', { name: '课堂运行' })).toBeVisible();
  const card = wall.getByRole('article');
  await expect(card).toHaveCount(1);
  await expect(card.getByText('上课中')).toBeVisible();
  await expect(card.locator('.room-people b')).toHaveText('1');
  // Figures of a class in which media flows are not zero.
  await expect(card.getByText(/[1-9][\d.]* (kbit|Mbit)/).first()).toBeVisible();
  await wall.screenshot({ path: info.outputPath('operator.png') });

  await card.getByRole('button', { name: '发通知' }).click();
  await card.getByLabel('通知全体').fill('十分钟后维护');
  await card.getByRole('button', { name: '发送' }).click();
  await expect(trainee.page.getByText('通知: 十分钟后维护')).toBeVisible();

  await test.step('mute all closes the microphones of the stage', async () => {
    await trainee.button('举手').click();
    await teacher.button(/^请上台: /).click();
    await trainee.page.getByRole('dialog').getByRole('button', { name: '打开麦克风' }).click();
    await expect(trainee.button('关闭麦克风')).toBeVisible();
    await expect(card.getByText(/台上 [12]/)).toBeVisible();
    // The trainee's notice goes away by itself, so its watcher comes before the cause.
    const told = expect(trainee.page.getByText(/关闭了你的麦克风/)).toBeVisible();
    await card.getByRole('button', { name: '全体静音' }).click();
    await told;
    await expect(card.getByText('已静音')).toBeVisible();
    await expect(trainee.button('打开麦克风')).toBeVisible();
    await expect(teacher.button('关闭麦克风')).toBeVisible();
    await trainee.page.screenshot({ path: info.outputPath('muted-trainee.png') });
  });

  await card.getByRole('button', { name: '下课' }).click();
  await expect(card.getByRole('alertdialog')).toBeVisible();
  await card.getByRole('button', { name: '取消' }).click();
  await expect(trainee.page.locator('.class-state')).toHaveText('上课中');
  await card.getByRole('button', { name: '下课' }).click();
  await card.getByRole('button', { name: '仍然下课' }).click();
  await expect(teacher.page.getByRole('heading', { name: '已下课' })).toBeVisible();
  await expect(card).toHaveCount(0);
  await expect(trainee.page.getByRole('heading', { name: '已下课' })).toBeVisible();
  for (const person of [teacher, trainee, operator]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('a used link explains itself', async ({ browser }) => {
  const link = server.links.trainees[0] as string;
  const first = await Person.enter(browser, link);
  await expect(first.page.getByText('讲师还没有进入课堂')).toBeVisible();
  const second = await Person.open(browser, link);
  await expect(second.page.getByText(/这个链接已经用过了/)).toBeVisible();
  await first.leave();
  await second.leave();
});
