/** Seeking in what a real class left behind: every one shows a picture at its place, without a stall. */
import { expect, type Page, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

/** A seek that finds no keyframe shows nothing however long one waits; a busy machine is only late. */
const STALL_MS = 45_000;
/** Neighbouring pictures may lie this far apart at the edge of a segment. */
const EDGE_S = 0.2;
/** A picture this near is the one that was asked for. */
const NEAR_S = 0.25;

/** One that stands elsewhere for so long has hopped over a hole: on a busy machine the old picture stays for a while. */
const HOP_MS = 8_000;
/** So many of all may stand elsewhere: a busy machine's camera leaves holes. */
const HOPS_MAX = 9;

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

/** What of the time a playlist has segments for: a busy machine's camera leaves holes, which nobody can show. */
function shown(playlist: string): [number, number][] {
  const parts: [number, number][] = [];
  let atS = 0;
  let isGap = false;
  for (const line of playlist.split('\n')) {
    if (line === '#EXT-X-GAP') isGap = true;
    const lengthS = Number(/^#EXTINF:([\d.]+)/.exec(line)?.[1] ?? 0);
    if (lengthS === 0) continue;
    if (!isGap && lengthS > 2 * EDGE_S) parts.push([atS + EDGE_S, atS + lengthS - EDGE_S]);
    atS += lengthS;
    isGap = false;
  }
  return parts;
}

/** Random places in `parts`, the same in every run. */
function places(count: number, parts: readonly (readonly [number, number])[]): number[] {
  let seed = 12;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const wholeS = parts.reduce((sum, [fromS, toS]) => sum + toS - fromS, 0);
  return Array.from({ length: count }, () => {
    let restS = random() * wholeS;
    for (const [fromS, toS] of parts) {
      if (restS <= toS - fromS) return fromS + restS;
      restS -= toS - fromS;
    }
    return parts[0]?.[0] ?? 0;
  });
}

/** Waits in the page until the picture stands at its place: asked there, a busy machine delays no answer. */
function arrival(page: Page, targetS: number, stallMs: number): Promise<Seek> {
  return page.evaluate(
    ([targetS, stallMs, nearS, hopMs]) =>
      new Promise<Seek>((resolve) => {
        const beganAt = performance.now();
        const look = () => {
          const video = document.querySelector('video');
          const offS = video ? Math.abs(video.currentTime - targetS) : Number.POSITIVE_INFINITY;
          const shows = video && !video.seeking && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
          const tookMs = performance.now() - beganAt;
          // What stood there before may be near, too: a picture elsewhere is one that stays.
          if (shows && (offS < nearS || (offS < 1.5 && tookMs > hopMs))) resolve({ targetS, tookMs, offS });
          else if (tookMs > stallMs) resolve({ targetS, tookMs: null, offS });
          // A machine that is too busy to draw still answers.
          else setTimeout(look, 16);
        };
        look();
      }),
    [targetS, stallMs, NEAR_S, HOP_MS] as const,
  );
}

const hopsOf = (seeks: Seek[]) => seeks.filter((one) => one.tookMs !== null && one.offS > NEAR_S);

/** Nothing that still comes makes these good: to go on would only take hours. */
const isLost = (seeks: Seek[]) =>
  seeks.some((one) => one.tookMs === null) || hopsOf(seeks).length > HOPS_MAX;

function judge(name: string, seeks: Seek[]): void {
  const took = seeks.map((one) => one.tookMs ?? STALL_MS).sort((a, b) => a - b);
  const at = (share: number) => Math.round(took[Math.floor(share * (took.length - 1))] ?? 0);
  const hops = hopsOf(seeks);
  console.log(
    `${name}: ${seeks.length} seeks, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms, ${hops.length} hops`,
  );
  expect(seeks.filter((one) => one.tookMs === null), `stalls of ${name}`).toEqual([]);
  expect(hops.length, `pictures elsewhere, ${JSON.stringify(hops)}`).toBeLessThanOrEqual(HOPS_MAX);
}

test('two hundred seeks show a picture where they go, in our player and in the browser’s own', { tag: '@alone' }, async ({
  browser,
}) => {
  test.setTimeout(900_000); // A class of half a minute, and all the seeks.
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  await expect(teacher.page.getByText('录制中')).toBeVisible();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  await teacher.page.waitForTimeout(35_000); // So much there is to seek in.
  await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
  await teacher.button('仍然下课').click();
  await trainee.page.getByRole('link', { name: '看回放' }).click();
  await teacher.leave();

  const { page } = trainee;
  const slider = page.getByRole('slider', { name: '播放位置' });
  await expect(page.getByRole('button', { name: '播放', exact: true })).toBeVisible();
  await expect.poll(() => page.locator('video').count()).toBeGreaterThan(0);
  const tracks = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => entry.name)
        .filter((name) => /\/media\/[^/]+\/\d+\.m3u8/.test(name)),
    );
  await expect.poll(async () => (await tracks()).length).toBeGreaterThan(0);
  const main = ((await tracks())[0] as string).replace(/\d+\.m3u8/, 'main.m3u8');
  const playlist = await (await page.request.get(main)).text();
  // Every segment begins with a keyframe, and the playlist says so.
  expect(playlist).toContain('#EXT-X-INDEPENDENT-SEGMENTS');
  const parts = shown(playlist);

  const seeks: Seek[] = [];
  for (const placeS of places(200, parts)) {
    await slider.fill(String(Math.round(placeS * 1000)));
    // The slider goes in steps.
    const targetS = Number(await slider.inputValue()) / 1000;
    seeks.push(await arrival(page, targetS, STALL_MS));
    if (isLost(seeks)) break;
  }
  judge('our player', seeks);

  // Chromium's own knows neither gaps nor changes of the picture's size, which a busy machine's camera makes.
  const isWhole = !/#EXT-X-(GAP|DISCONTINUITY)/.test(playlist);
  const native = await page.evaluate(([main, isWhole]) => {
    const video = document.createElement('video');
    if (!isWhole || video.canPlayType('application/vnd.apple.mpegurl') === '') return false;
    document.body.replaceChildren(video);
    video.src = main;
    return true;
  }, [main, isWhole] as const);
  test.info().annotations.push({ type: 'HLS of the browser’s own', description: String(native) });
  if (native) {
    const own: Seek[] = [];
    for (const targetS of places(30, parts)) {
      await page.evaluate((targetS) => {
        const video = document.querySelector('video');
        if (video) video.currentTime = targetS;
      }, targetS);
      own.push(await arrival(page, targetS, STALL_MS));
      if (isLost(own)) break;
    }
    judge('the browser’s own', own);
  }
  await trainee.leave();
});
