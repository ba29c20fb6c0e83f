/** The check before a class in a real browser: UDP works or is blocked, and staff see whose it is. */
import { expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

const userAgent = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36';
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, userAgent };

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

test('a trainee learns whether UDP gets through, and the operator sees whose does not', async ({ browser }, info) => {
  const [linkA, linkB] = server.links.trainees as [string, string];
  const [fine, blocked] = [await Person.open(browser, linkA, PHONE), await Person.open(browser, linkB)];
  const check = async (person: Person) => {
    await person.page.getByText('上课前检查', { exact: true }).click();
    await person.button('开始检查').click();
    await expect(person.button('再查一次')).toBeEnabled();
    return person.page.getByRole('listitem').filter({ hasText: '声音和画面的通道（UDP）' });
  };

  await test.step('where all is well it says so', async () => {
    const line = await check(fine);
    await expect(line.getByText('畅通，上课时能看能听。')).toBeVisible();
    await expect(line.getByText(/往返 \d+ 毫秒，上行丢包 0\.0 %/)).toBeVisible();
    await expect(fine.page.getByText('可以上课了')).toBeVisible();
    await fine.page.screenshot({ path: info.outputPath('fine.png'), fullPage: true });
  });

  await test.step('where nothing arrives it says what helps', async () => {
    // As a firewall does it: what is sent to the media port leads nowhere.
    await blocked.page.route(/\/api\/network-check\?/, async (route) => {
      const response = await route.fetch({ maxRetries: 3 });
      const begun = (await response.json()) as { answer: string };
      const answer = begun.answer.replace(/(a=candidate:.* )\d+( typ host)/g, '$19$2');
      await route.fulfill({ response, json: { ...begun, answer } });
    });
    const line = await check(blocked);
    await expect(line.getByText(/不通：这个网络挡住了/)).toBeVisible();
    await expect(line.getByRole('link', { name: '看这节课的回放' })).toHaveAttribute('href', /\/replay\/demo\?as=/);
    await expect(blocked.page.getByText('有一项需要处理')).toBeVisible();
    await blocked.page.screenshot({ path: info.outputPath('blocked.png'), fullPage: true });
  });

  await test.step('the wall and the instructor name who needs help before the class', async () => {
    const operator = await Person.enter(browser, server.links.operator);
    const teacher = await Person.enter(browser, server.links.instructor);
    await teacher.button('进入课堂').click();
    for (const { page } of [operator, teacher]) {
      const summary = page.locator('.network-checks summary');
      await expect(summary).toContainText('已检测 2/3');
      await expect(summary).toContainText('1 人 UDP 不通');
      await summary.click();
      const names = page.getByRole('region', { name: 'UDP 不通 1' });
      await expect(names.getByRole('listitem')).toHaveCount(1);
      await expect(page.getByRole('region', { name: '未检测 1' })).toBeVisible();
      await expect(page.getByRole('region', { name: '正常 1' }).getByText(/手机/)).toBeVisible();
    }
    await expect(operator.page.getByRole('article').getByText('1 人 UDP 不通')).toBeVisible();
    await operator.page.screenshot({ path: info.outputPath('wall.png'), fullPage: true });
    await teacher.page.screenshot({ path: info.outputPath('teacher.png') });
    // It was no presence: nobody but the instructor is in the room.
    await expect(teacher.page.getByRole('list', { name: '人员' }).getByRole('listitem')).toHaveCount(1);
    await operator.leave();
    await teacher.leave();
  });

  expect([...fine.problems, ...blocked.problems]).toEqual([]);
  await fine.leave();
  await blocked.leave();
});
