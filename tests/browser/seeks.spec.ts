/** Seeking in what a real class left behind: every one shows a picture at its place, without a stall. */
import { expect, type Page, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

/** A seek that finds no keyframe stands still until the clock's patience ends, after 8 s. */
const STALL_MS = 6_000;
/** A picture this near is the one that was asked for. */
const NEAR_S = 0.25;

interface Seek {
  targetS: number;
  /** Until a picture stands there; null: none came. */
  tookMs: number | null;
  /** How far from there the picture is. */
  offS: number;
}

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

/** Random places of the recording, the same in every run. */
function places(count: number, fromS: number, toS: number): number[] {
  let seed = 12;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return fromS + ((toS - fromS) * seed) / 2_147_483_648;
  });
}

/** Waits in the page until the picture stands at its place: asked there, a busy machine delays no answer. */
function arrival(page: Page, targetS: number, stallMs: number): Promise<Seek> {
  return page.evaluate(
    ([targetS, stallMs]) =>
      new Promise<Seek>((resolve) => {
        const beganAt = performance.now();
        const look = () => {
          const video = document.querySelector('video');
          const offS = video ? Math.abs(video.currentTime - targetS) : Number.POSITIVE_INFINITY;
          const shows = video && !video.seeking && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
          const tookMs = performance.now() - beganAt;
          if (shows && offS < 1.5) resolve({ targetS, tookMs, offS });
          else if (tookMs > stallMs) resolve({ targetS, tookMs: null, offS });
          else requestAnimationFrame(look);
        };
        look();
      }),
    [targetS, stallMs] as const,
  );
}

function judge(name: string, seeks: Seek[]): void {
  const took = seeks.map((one) => one.tookMs ?? STALL_MS).sort((a, b) => a - b);
  const at = (share: number) => Math.round(took[Math.floor(share * (took.length - 1))] ?? 0);
  const hops = seeks.filter((one) => one.offS > NEAR_S);
  console.log(
    `${name}: ${seeks.length} seeks, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms, ${hops.length} hops`,
  );
  expect(seeks.filter((one) => one.tookMs === null), `stalls of ${name}`).toEqual([]);
  expect(hops.length, `pictures elsewhere, ${JSON.stringify(hops)}`).toBeLessThan(seeks.length / 20);
}

test('two hundred seeks show a picture where they go, in our player and in the browser’s own', async ({
  browser,
}) => {
  test.setTimeout(420_000); // A class of half a minute, and all the seeks.
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  await expect(teacher.page.getByText('录制中')).toBeVisible();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  await teacher.page.waitForTimeout(35_000); // So much there is to seek in.
  await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
  await teacher.button('确定下课').click();
  await trainee.page.getByRole('link', { name: '看回放' }).click();
  await teacher.leave();

  const { page } = trainee;
  const slider = page.getByRole('slider', { name: '播放位置' });
  await expect(page.getByRole('button', { name: '播放', exact: true })).toBeVisible();
  await expect.poll(() => page.locator('video').count()).toBeGreaterThan(0);
  const lengthS = Number(await slider.getAttribute('max')) / 1000;
  const seeks: Seek[] = [];
  for (const targetS of places(200, 4, lengthS - 3)) {
    await slider.fill(String(Math.round(targetS * 1000)));
    seeks.push(await arrival(page, targetS, STALL_MS));
  }
  judge('our player', seeks);

  // Every segment begins with a keyframe, and the playlist says so.
  const media = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => entry.name)
      .find((name) => /\/media\/[^/]+\/\d+\.m3u8/.test(name)),
  );
  const main = (media as string).replace(/\d+\.m3u8/, 'main.m3u8');
  const playlist = await (await page.request.get(main)).text();
  expect(playlist).toContain('#EXT-X-INDEPENDENT-SEGMENTS');

  const native = await page.evaluate((main) => {
    const video = document.createElement('video');
    if (video.canPlayType('application/vnd.apple.mpegurl') === '') return false;
    document.body.replaceChildren(video);
    video.src = main;
    return true;
  }, main);
  test.info().annotations.push({ type: 'HLS of the browser’s own', description: String(native) });
  if (native) {
    const own: Seek[] = [];
    for (const targetS of places(50, 4, lengthS - 3)) {
      await page.evaluate((targetS) => {
        const video = document.querySelector('video');
        if (video) video.currentTime = targetS;
      }, targetS);
      own.push(await arrival(page, targetS, STALL_MS));
    }
    judge('the browser’s own', own);
  }
  await trainee.leave();
});
