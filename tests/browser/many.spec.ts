/** The office over a real server, with as many people as it was made for. */
import { expect, test } from '@playwright/test';
import { Clerk, rowsOf } from './clerk.ts';
import { Server } from './server.ts';

test.use({ actionTimeout: 60_000 });

let server: Server;
test.afterEach(async () => {
  await server.stop();
});

test('10,000 registrations: seen at once, approved together', async ({ browser }, info) => {
  const [started, invitations] = await Server.startPhase(['--people', '10', '--waiting', '10000']);
  server = started;
  const clerk = await Clerk.of(browser, invitations.get('demo-training') ?? '', 'demo-training');
  const { page } = clerk;
  const took = async (what: string, work: () => Promise<void>) => {
    const from = Date.now();
    await work();
    info.annotations.push({ type: what, description: `${Date.now() - from} ms` });
  };
  await clerk.phase('demo-2');
  await took('first page', async () => {
    await page.reload();
    await expect(page.locator('.who')).toHaveCount(100);
  });
  await took('search by name', async () => {
    await page.getByRole('searchbox').fill('王伟');
    await page.keyboard.press('Enter');
    await expect(page.locator('.who button').first()).toContainText('王伟');
  });
  await clerk.button('清除筛选').click();
  await page.getByRole('button', { name: /^待审核/ }).click();
  await page.getByRole('checkbox', { name: '选择本页全部' }).check();
  await clerk.button(/^选择全部 10.000 人$/).click();
  await clerk.button('通过').click();
  await took('10,000 approved', async () => {
    await clerk.answer(/^通过/);
    await expect(clerk.dialog).toContainText(/已处理 [1-9]/); // It tells how far it is.
    await expect(clerk.dialog).toContainText('处理完成');
  });
  const outcome = (await clerk.dialog.locator('.outcome').innerText()).replace(/\D+/g, ' ').trim().split(' ');
  const [approved, waiting] = [outcome.slice(0, 2), outcome.slice(2)].map((parts) => Number(parts.join('')));
  expect((approved ?? 0) + (waiting ?? 0)).toBe(10_000);
  expect(waiting, 'there are fewer seats than people').toBeGreaterThan(0);
  await clerk.answer('关闭');
  await expect(page.getByRole('region', { name: '名额' })).toContainText('剩余 0');
  await page.getByRole('button', { name: /^全部/ }).click();
  await clerk.button('导出').click();
  await took('file of all', async () => {
    const rows = rowsOf(await clerk.saved(clerk.dialog.getByRole('link', { name: 'CSV（UTF-8）' })));
    expect(rows).toHaveLength(10_001);
  });
  await clerk.leave();
});
