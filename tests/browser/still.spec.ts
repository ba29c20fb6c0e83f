/** What one is about to press stays where it is while a page fills with answers that come late, on a slow line. */
import { expect, type Page, test } from '@playwright/test';
import { Clerk } from './clerk.ts';
import { setPassword } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

/** How late each answer comes. The page has drawn by then what it draws without it. */
const LATE_MS = 400;
/** Half of what is called good for a page (Cumulative Layout Shift, web.dev): the share of the window that moved, times how far. */
const SHIFT_MAX = 0.05;

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

let server: Server;
let invitations: Map<string, string>;
test.beforeAll(async () => {
  [server, invitations] = await Server.startPhase(['--people', '60', '--waiting', '20', '--finished']);
});
test.afterAll(() => server.stop());

async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: [number, string][] = [];
    Object.assign(window, { shifts });
    const name = ({ node }: { node: Node | null }) =>
      node instanceof Element ? `${node.tagName}.${node.className}` : (node?.textContent ?? '?').slice(0, 40);
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as Shift[]) {
        if (!shift.hadRecentInput) shifts.push([shift.value, shift.sources.map(name).join(', ')]);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.route('**/api/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await route.continue().catch(() => {});
  });
}

async function shiftsOf(page: Page): Promise<[number, string][]> {
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('status').filter({ hasText: '正在' })).toHaveCount(0);
  // Drawn, and told to the observer.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  return page.evaluate(() => (window as unknown as { shifts: [number, string][] }).shifts);
}

/** The pages that jumped, and what moved. */
async function moved(page: Page, paths: string[]): Promise<string[]> {
  await watch(page);
  const seat = new URL(page.url()).searchParams.get('as') ?? '';
  const found: string[] = [];
  for (const path of paths) {
    const url = new URL(path, page.url());
    url.searchParams.set('as', seat);
    await page.goto(url.href);
    const shifts = await shiftsOf(page);
    const sum = shifts.reduce((all, [value]) => all + value, 0);
    if (sum > SHIFT_MAX) found.push(`${url.pathname} ${sum.toFixed(2)}: ${shifts.map(([, what]) => what).join(' | ')}`);
  }
  return found;
}

test('no page of the office jumps while it loads', async ({ browser }) => {
  const clerk = await Clerk.of(browser, invitations.get('demo-training') ?? '');
  const { page } = clerk;
  await clerk.phase('demo-3');
  const links = await page.getByLabel('管理栏目').getByRole('link').all();
  const paths = await Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
  expect(paths.length).toBeGreaterThan(10);
  expect(await moved(page, paths)).toEqual([]);
  await clerk.leave();
});

test('no page of a trainee jumps while it loads', async ({ browser }) => {
  const trainee = await Person.open(browser, invitations.get('demo-trainee-1') ?? '', PHONE);
  const { page } = trainee;
  await setPassword(page);
  await page.locator('main.home').waitFor();
  expect(await moved(page, ['/home', '/hours', '/enrol', '/essay/demo-1', '/certificate/demo-3', '/help', '/open'])).toEqual([]);
  expect(trainee.problems).toEqual([]);
  await trainee.leave();
});
