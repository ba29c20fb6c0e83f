/** What a real class left behind, watched in a real browser: while it runs, and right after its end. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

const positionS = async (page: Page) =>
  Number(await page.getByRole('slider', { name: '播放位置' }).inputValue()) / 1000;
const lengthS = async (page: Page) =>
  Number(await page.getByRole('slider', { name: '播放位置' }).getAttribute('max')) / 1000;

/** Frames shown and bytes of sound decoded by all elements of the page. */
function played(page: Page): Promise<{ frames: number; soundBytes: number; furthestApartS: number }> {
  return page.evaluate(() => {
    const elements = [...document.querySelectorAll<HTMLMediaElement>('video, audio')];
    let frames = 0;
    let soundBytes = 0;
    for (const element of elements) {
      if (element instanceof HTMLVideoElement) frames += element.getVideoPlaybackQuality().totalVideoFrames;
      else
        soundBytes += (element as unknown as { webkitAudioDecodedByteCount: number })
          .webkitAudioDecodedByteCount;
    }
    const times = elements.filter((one) => !one.paused && one.readyState >= 3).map((one) => one.currentTime);
    // One alone is in step with nothing.
    const furthestApartS = times.length < 2 ? 1_000 : Math.max(...times) - Math.min(...times);
    return { frames, soundBytes, furthestApartS };
  });
}

/** The encoder takes what others leave: on a busy machine a minute of class can take it several. */
const ENCODED_MS = 600_000;

/** Sound that is later than the picture by less is not noticed (ITU-R BT.1359). A busy machine shows late frames. */
const IN_STEP_S = 0.125;

async function plays(page: Page, timeout?: number): Promise<void> {
  const before = await played(page);
  // Asked at once, in one look: near the end all of it is over soon. A seek begins to count sound anew.
  await expect
    .poll(
      async () => {
        const { frames, soundBytes, furthestApartS } = await played(page);
        const soundGoesOn = soundBytes > 0 && soundBytes !== before.soundBytes;
        return frames > before.frames + 15 && soundGoesOn && furthestApartS < IN_STEP_S;
      },
      { intervals: [50], timeout },
    )
    .toBe(true);
}

/** The same from a place of a recording. On a busy machine a short rest can be over before anybody looked: then once more. */
async function playsFrom(page: Page, positionMs: number): Promise<void> {
  await expect(async () => {
    await page.getByRole('slider', { name: '播放位置' }).fill(String(positionMs));
    const play = page.getByRole('button', { name: '播放', exact: true });
    if (await play.isVisible()) await play.click();
    await plays(page, 10_000);
  }).toPass();
}

test('a class is watched from its beginning while it runs, and as a whole when it is over', {
  tag: '@alone',
}, async ({ browser }, info) => {
  test.setTimeout(480_000 + ENCODED_MS);
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const startedAt = Date.now();
  await expect(teacher.page.getByText('录制中')).toBeVisible();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  await expect(trainee.page.getByText('录制中')).toBeVisible();
  await trainee.page.getByPlaceholder('说点什么…').fill('老师好');
  await trainee.button('发送').click();
  await expect.poll(() => Date.now() - startedAt, { timeout: 30_000 }).toBeGreaterThan(20_000);

  await test.step('who comes late begins at the beginning and goes back to the class', async () => {
    await trainee.button('更多').click();
    await trainee.page.getByRole('link', { name: /从头看/ }).click();
    await trainee.page.waitForURL(/\/replay\//);
    // Who had come to the newest moment would be a few seconds behind it.
    await expect.poll(() => lengthS(trainee.page)).toBeGreaterThan(15);
    expect((await lengthS(trainee.page)) - (await positionS(trainee.page))).toBeGreaterThan(8);
    await trainee.page.getByRole('button', { name: '1.5 倍追上' }).click();
    await expect(trainee.page.getByRole('combobox', { name: '播放速度' })).toHaveValue('1.5');
    await playsFrom(trainee.page, 0);
    await trainee.page.screenshot({ path: info.outputPath('catching-up.png') });
    await trainee.page.getByRole('link', { name: '回到直播' }).click();
    await trainee.seesAndHears();
  });

  await test.step('off the record is said to everybody', async () => {
    await teacher.button('更多').click();
    await teacher.button(/^暂停录制/).click();
    await teacher.page.getByRole('alertdialog').getByRole('button', { name: '暂停录制' }).click();
    await expect(trainee.page.getByText('已暂停录制')).toBeVisible();
    await expect(teacher.page.getByText(/现在不录制/)).toBeVisible();
    await teacher.page.waitForTimeout(5_000); // So long is the stretch that must be missing.
    await teacher.button('更多').click();
    await teacher.button('恢复录制').click();
    await expect(trainee.page.getByText('录制中')).toBeVisible();
    await teacher.page.waitForTimeout(6_000); // And so much follows it.
  });

  await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
  await teacher.button('仍然下课').click();
  const tookS = (Date.now() - startedAt) / 1000;

  await test.step('right after the end the whole class is there', async () => {
    await trainee.page.getByRole('link', { name: '看回放' }).click();
    await expect(trainee.page.getByRole('button', { name: '播放', exact: true })).toBeVisible();
    // Between a click and the server a busy machine may lie; less than the stretch off the record.
    await expect.poll(async () => Math.abs((await lengthS(trainee.page)) - tookS)).toBeLessThan(5);
    await expect(trainee.page.getByText('老师好')).toBeVisible();
    await playsFrom(trainee.page, 1_000);
    await trainee.page.screenshot({ path: info.outputPath('replay.png') });
  });

  await test.step('what was off the record is passed over', async () => {
    await expect(trainee.page.locator('.time-piece.off_record')).toHaveCount(1);
    const piece = await trainee.page
      .locator('.time-piece.off_record')
      .evaluate((one) => (one as HTMLElement).style.left);
    const fromS = ((await lengthS(trainee.page)) * Number.parseFloat(piece)) / 100;
    await trainee.page.getByRole('slider', { name: '播放位置' }).fill(String(Math.round((fromS - 1) * 1000)));
    await expect(trainee.page.getByText(/已跳过：不录制的一段/)).toBeVisible();
    await playsFrom(trainee.page, Math.round((fromS - 1) * 1000));
  });

  const wholeS = await lengthS(trainee.page);
  expect(trainee.problems).toEqual([]);
  // The encoder gives way to whatever else runs: a replay that nobody watches any more would hold it up.
  await trainee.leave();

  await test.step('the instructor takes it home as one MP4', async () => {
    const seat = new URL(teacher.page.url()).searchParams.get('as');
    await teacher.page.goto(`${new URL(teacher.page.url()).origin}/replay/demo?as=${seat}`);
    await teacher.page.getByRole('tab', { name: '发布' }).click();
    await teacher.button('下载 MP4').click();
    const saved = teacher.page.getByRole('link', { name: /^保存 MP4/ });
    await expect(saved).toBeVisible({ timeout: ENCODED_MS });
    const href = await saved.getAttribute('href');
    const file = info.outputPath('lesson.mp4');
    const answer = await teacher.page.request.get(new URL(href as string, teacher.page.url()).href);
    expect(answer.status()).toBe(200);
    writeFileSync(file, await answer.body());
    const asked = ['-v', 'error', '-show_entries', 'stream=codec_name:format=duration', '-of', 'json', file];
    const probed = JSON.parse(execFileSync('ffprobe', asked, { encoding: 'utf8' }));
    expect(probed.streams.map((stream: { codec_name: string }) => stream.codec_name).sort()).toEqual([
      'aac',
      'h264',
    ]);
    // What was off the record is dark and silent in it: the file keeps the lesson's time.
    expect(Math.abs(Number(probed.format.duration) - wholeS)).toBeLessThan(2);
  });

  expect(teacher.problems).toEqual([]);
  await teacher.leave();
});

test('a server that is killed comes back with everything it had, to be watched at once', {
  tag: '@alone',
}, async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const startedAt = Date.now();
  await trainee.seesAndHears();
  await expect.poll(() => Date.now() - startedAt, { timeout: 30_000 }).toBeGreaterThan(15_000);
  await server.kill();
  const tookS = (Date.now() - startedAt) / 1000;
  await teacher.leave();
  await server.restart();

  const { page } = trainee;
  const seat = new URL(page.url()).searchParams.get('as');
  await page.goto(`${new URL(page.url()).origin}/replay/demo?as=${seat}`);
  await expect(page.getByRole('button', { name: '播放', exact: true })).toBeVisible();
  const saidS = await lengthS(page);
  // The clicks of a busy machine are late; what is lost at most is judged by what was sent, in tests/it.
  expect(saidS).toBeGreaterThan(tookS - 5);
  expect(saidS).toBeLessThan(tookS + 0.5);
  await playsFrom(page, 1_000);
  // Both go on to the end that was said.
  await playsFrom(page, Math.round((saidS - 5) * 1000));
  const ends = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLMediaElement>('video, audio')]
        .filter((element) => element.buffered.length > 0)
        .map((element) => element.buffered.end(element.buffered.length - 1)),
    );
  expect((await ends()).length).toBeGreaterThanOrEqual(2);
  // The last files are still on their way when it plays.
  await expect.poll(async () => Math.abs(Math.max(...(await ends())) - saidS)).toBeLessThan(0.5);
  await page.screenshot({ path: info.outputPath('after-the-kill.png') });
  await trainee.leave();
});
