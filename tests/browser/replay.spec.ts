/**
 * The replay page in a real browser: several streams on one clock, in step, from one to the next.
 * The lesson is canned and made by ffmpeg; what the real server recorded is watched in `recorded.spec.ts`.
 */
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, expect, type Page, test } from '@playwright/test';
// @ts-expect-error: the stand-in for the server is plain JavaScript
import { media } from '../../web-client/dev/fake-replay.mjs';
// @ts-expect-error: as above
import { startFakeServer } from '../../web-client/dev/fake-server.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** Picture and sound may be this far apart. */
const IN_STEP_S = 0.08;
/** Wherever a test looks, at least this much plays without a change of who is seen and heard. */
const SHORTEST_STRETCH_S = 8;

let server: HttpServer;
test.beforeAll(async () => {
  await media();
});
test.beforeEach(async () => {
  server = await startFakeServer(0);
});
test.afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const address = () => `http://localhost:${(server.address() as AddressInfo).port}`;

async function open(
  browser: Browser,
  seat: string,
  options = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) problems.push(message.text());
  });
  await page.goto(`${address()}/replay/demo?as=${seat}`);
  await expect(page.getByRole('heading', { name: /课程标准/ })).toBeVisible();
  return { page, problems };
}

const slider = (page: Page) => page.getByRole('slider', { name: '播放位置' });
const positionS = async (page: Page) => Number(await slider(page).inputValue()) / 1000;
const goTo = (page: Page, seconds: number) => slider(page).fill(String(seconds * 1000));

interface Playing {
  kind: string;
  at: number;
  muted: boolean;
}

/** The elements that play now, all looked at in the same moment. */
function playing(page: Page): Promise<Playing[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLMediaElement>('video, audio')]
      .filter((element) => !element.paused && element.readyState >= 3)
      .map((element) => ({
        kind: element.localName,
        at: element.currentTime,
        muted: element.muted,
      })),
  );
}

/** From `fromS` on, `count` streams play in step. What was seen too late, on a machine that is busy, is played again. */
async function expectInStep(page: Page, count: number, fromS: number): Promise<void> {
  // Each stream begins when it can; from then on the clock pulls them together and keeps them so.
  // A machine that is busy elsewhere may hold one back for a moment, hence eight of ten looks.
  const looks: number[] = [];
  const inStep = async () => {
    if ((await positionS(page)) > fromS + SHORTEST_STRETCH_S) await goTo(page, fromS);
    const now = await playing(page);
    if (now.length === count) looks.push(spread(now));
    return looks.slice(-10).filter((apart) => apart < IN_STEP_S).length;
  };
  const wish = { message: 'looks of ten in step', intervals: [200], timeout: 240_000 };
  await expect.poll(inStep, wish).toBeGreaterThanOrEqual(8);
}

function spread(streams: Playing[]): number {
  const times = streams.map((stream) => stream.at);
  return times.length < 2 ? 1_000 : Math.max(...times) - Math.min(...times);
}

test('picture and sound play in step, breaks are passed over, and the stage joins in @alone', async ({
  browser,
}, info) => {
  const { page, problems } = await open(browser, 'trainee');
  await page.getByRole('button', { name: '播放', exact: true }).click();
  await expectInStep(page, 2, 0);
  await expect(page.locator('.pictures .main video')).toHaveAttribute('aria-label', '陈静怡老师');

  await test.step('the shared screen becomes the main picture', async () => {
    await goTo(page, 9);
    await expect(page.locator('.pictures .main video')).toHaveAttribute('aria-label', '陈静怡老师 的屏幕');
    await expectInStep(page, 3, 9);
    await page.getByRole('button', { name: '把 陈静怡老师 换到主画面' }).click();
    await expect(page.locator('.pictures .main video')).toHaveAttribute('aria-label', '陈静怡老师');
  });

  await test.step('the break is told and passed over', async () => {
    await goTo(page, 18);
    await expect(page.getByText('已跳过：课间休息（00:10）')).toBeVisible();
    await expect.poll(() => positionS(page)).toBeGreaterThan(30);
    await expectInStep(page, 3, 31);
  });

  await test.step('the stage is seen and heard', async () => {
    await goTo(page, 44);
    await expectInStep(page, 5, 44);
    await page.screenshot({ path: info.outputPath('replay.png') });
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('checkbox', { name: /黄晓明/ }).click();
    await expect
      .poll(async () => (await playing(page)).filter((one) => one.kind === 'audio' && one.muted).length)
      .toBe(1);
    await page.keyboard.press('Escape');
  });

  await test.step('at double speed they stay together', async () => {
    await page.getByRole('combobox', { name: '播放速度' }).selectOption('2');
    // At this speed the stage lasts ten seconds; a machine that was slow in them gets them again.
    await expect(async () => {
      await goTo(page, 43);
      await expect.poll(async () => (await playing(page)).length, { timeout: 8_000 }).toBe(5);
      await expect
        .poll(async () => spread(await playing(page)), { timeout: 2_000 })
        .toBeLessThan(IN_STEP_S);
    }).toPass({ timeout: 60_000 });
  });

  await test.step('it ends, and begins again', async () => {
    await goTo(page, 77);
    await expect(page.getByRole('button', { name: '从头再看' })).toBeVisible();
    await page.getByRole('button', { name: '从头再看' }).click();
    await expect.poll(() => positionS(page)).toBeLessThan(10);
    await expect.poll(async () => (await playing(page)).length).toBe(2);
  });
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a phone: words in step, chapters, the confirmation beside the picture, and back where one stopped @alone', async ({
  browser,
}, info) => {
  const { page, problems } = await open(browser, 'trainee', PHONE);
  await expect(page.getByText('已看 0 分钟 · 完成 21%')).toBeVisible();
  await page.getByRole('button', { name: '播放', exact: true }).tap();
  await expectInStep(page, 2, 0);
  await page.getByRole('tab', { name: '章节' }).tap();
  await page.getByRole('button', { name: /黄晓明 上台/ }).tap();
  await expect.poll(() => positionS(page)).toBeGreaterThan(39.9);
  await page.getByRole('tab', { name: '聊天' }).tap();
  await expect(page.locator('.track-line.current')).toContainText('我可以先说吗？');
  await page.getByRole('button', { name: /大家好/ }).tap();
  await expect.poll(() => positionS(page)).toBeLessThan(10);

  // The stand-in asks after its second heartbeat.
  await expect(page.getByRole('dialog', { name: '在线确认' })).toBeVisible({ timeout: 30_000 });
  const sheet = await page.getByRole('dialog', { name: '在线确认' }).boundingBox();
  const picture = await page.locator('.pictures').boundingBox();
  if (!sheet || !picture) throw new Error('nothing to measure');
  expect(sheet.y).toBeGreaterThanOrEqual(picture.y + picture.height - 1);
  await page.screenshot({ path: info.outputPath('check-phone.png') });
  await page.getByRole('button', { name: '我在看' }).tap();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('button', { name: '暂停', exact: true }).tap();
  const stoppedAt = await positionS(page);
  const heard = await (await page.request.get(`${address()}/api/replay/demo/heard`)).json();
  expect(heard.some((beat: { answer: string | null }) => beat.answer === 'nonce')).toBe(true);
  for (const beat of heard) expect(beat.to_ms - beat.from_ms).toBeLessThan(20_000);
  await page.reload();
  await expect.poll(async () => Math.abs((await positionS(page)) - stoppedAt)).toBeLessThan(3);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('keys, and sound only @alone', async ({ browser }) => {
  const { page, problems } = await open(browser, 'trainee');
  await page.keyboard.press('k');
  await expectInStep(page, 2, 0);
  const played = await positionS(page);
  await page.keyboard.press('l');
  await expect.poll(() => positionS(page)).toBeGreaterThan(played + 9);
  await page.keyboard.press('m');
  await expect.poll(async () => (await playing(page)).every((one) => one.muted)).toBe(true);
  await page.keyboard.press('Space');
  await expect.poll(async () => (await playing(page)).length).toBe(0);
  const before = await positionS(page);
  await page.keyboard.press('j');
  await expect.poll(() => positionS(page)).toBeLessThan(before - 8);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: '键盘快捷键' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '设置' }).click();
  await page.getByRole('checkbox', { name: /只听声音/ }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await expect(page.getByText('只听声音，画面已关闭')).toBeVisible();
  await expect.poll(async () => (await playing(page)).map((one) => one.kind)).toEqual(['audio']);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('an instructor trims, publishes, takes back and downloads', async ({ browser }, info) => {
  const { page, problems } = await open(browser, 'teacher');
  await page.getByRole('tab', { name: '发布' }).click();
  await expect(page.getByText('还没有发布为课程')).toBeVisible();
  await page.getByLabel('标题').fill('');
  await expect(page.getByRole('alert')).toHaveText(/请写标题/);
  await page.getByLabel('标题').fill('课程标准精讲');
  await page.getByLabel('简介').fill('一小时看懂新课标。');
  await page.getByLabel('谁能看').selectOption('programme');
  await goTo(page, 6);
  await expect(page.getByText('00:06 / 01:20')).toBeVisible();
  await page.getByRole('button', { name: '从现在这里开始' }).click();
  await expect(page.getByText('成片长 01:14')).toBeVisible();
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await expect(page.getByText('已发布 · 本项目所有已登录的人')).toBeVisible();
  await expect(page.getByRole('heading', { name: '课程标准精讲' })).toBeVisible();
  await page.screenshot({ path: info.outputPath('published.png') });

  const trainee = await browser.newContext({ locale: 'zh-CN' });
  const course = await trainee.newPage();
  await course.goto(`${address()}/replay/demo?as=trainee`);
  await expect(course.getByText('00:00 / 01:14')).toBeVisible();
  await trainee.close();

  await page.getByRole('button', { name: '收回发布' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '收回发布' }).click();
  await expect(page.getByText('还没有发布为课程')).toBeVisible();

  await page.getByRole('button', { name: '下载 MP4' }).click();
  await expect(page.getByText(/正在生成/)).toBeVisible();
  await expect(page.getByRole('link', { name: '保存 MP4（23 MB）' })).toBeVisible();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a lesson without a replay says so', async ({ page }) => {
  await page.goto(`${address()}/replay/nothing?as=trainee`);
  await expect(page.getByText(/没有找到这节课的回放/)).toBeVisible();
});
