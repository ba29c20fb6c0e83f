/** What a real player has fetched and played counts on a real server; heartbeats alone do not. */
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

const RECORDED_MS = 40_000;

/** The address of the replay's interface for the person of this page. */
function api(page: Page, rest = ''): string {
  const { origin, searchParams } = new URL(page.url());
  return `${origin}/api/replay/demo${rest}?as=${searchParams.get('as')}`;
}

async function coveredMs(page: Page): Promise<number> {
  return (await (await page.request.get(api(page))).json()).progress.covered_ms;
}

test('a player that prefetches, jumps and is loaded anew is believed what it played, a script is not', async ({
  browser,
}) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const [link, other] = server.links.trainees as [string, string];
  const trainee = await Person.enter(browser, link);
  const script = await Person.enter(browser, other);
  await trainee.seesAndHears();
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 90_000 }).toBeGreaterThan(RECORDED_MS);
  await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
  await teacher.button('仍然下课').click();

  const { page } = trainee;
  await page.getByRole('link', { name: '看回放' }).click();
  const play = page.getByRole('button', { name: '播放', exact: true });
  await expect(play).toBeVisible();
  await page.getByRole('slider', { name: '播放位置' }).fill('0');
  await play.click();
  await expect.poll(() => coveredMs(page)).toBeGreaterThan(12_000);
  // A jump, and a page that is loaded anew and plays what the browser kept.
  await page.getByRole('slider', { name: '播放位置' }).fill('25000');
  const before = await coveredMs(page);
  await expect.poll(() => coveredMs(page)).toBeGreaterThan(before + 5_000);
  await page.reload();
  await page.getByRole('slider', { name: '播放位置' }).fill('12000');
  await play.click();
  const after = await coveredMs(page);
  await expect.poll(() => coveredMs(page)).toBeGreaterThan(after + 5_000);

  // Heartbeats without a player: the page stands where the class ended, and has fetched what is there.
  for (const [from_ms, to_ms] of [[0, 0], [5_000, 20_000], [5_000, 20_000]]) {
    const headers = { origin: new URL(script.page.url()).origin };
    const data = { from_ms, to_ms, answer: null };
    const answer = await script.page.request.post(api(script.page, '/watched'), { data, headers });
    expect(answer.status()).toBe(200);
    await script.page.waitForTimeout(3_000); // So much would have been played.
  }
  expect(await coveredMs(script.page)).toBeLessThan(500);
  for (const person of [teacher, trainee, script]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});
