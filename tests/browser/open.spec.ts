/** The open catalogue as somebody finds it who never signed in. */
import { expect, type Page, test } from '@playwright/test';
import { Looks } from './looks.ts';

let looks: Looks;
test.beforeAll(async () => {
  looks = await Looks.start();
});
test.afterAll(() => looks.stop());

const PHONE = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };
const titles = (page: Page) => page.locator('.open-course h2');

test('one character finds courses, a tag narrows them, the way back undoes it', async ({ browser }, info) => {
  const page = await looks.open(browser, '/', {});
  await page.getByRole('link', { name: /公开课/ }).click();
  await expect(titles(page)).toHaveCount(24);
  await page.screenshot({ path: info.outputPath('open.png') });
  await page.getByRole('searchbox').fill('立');
  await page.getByRole('button', { name: '搜索' }).click();
  await expect(page.getByRole('status')).toHaveText('与“立”有关的课程共 10 门');
  await page.getByRole('button', { name: '课程标准' }).click();
  await expect(page.getByRole('button', { name: '课程标准' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('status')).toHaveText(/与“立 · 课程标准”有关的课程共 \d 门/);
  expect(new URL(page.url()).searchParams.get('q')).toBe('立');
  await page.goBack();
  await expect(titles(page)).toHaveCount(10);
  await page.getByRole('searchbox').fill('没有这个词');
  await page.keyboard.press('Enter');
  await expect(page.getByText('没有找到与“没有这个词”有关的课程。')).toBeVisible();
  await page.getByRole('button', { name: '查看全部课程' }).click();
  await page.getByRole('button', { name: '下一页' }).click();
  await expect(titles(page)).toHaveCount(6);
  await expect(page.getByText('第 2 / 2 页')).toBeVisible();
  await page.getByRole('button', { name: '上一页' }).click();
  await titles(page).first().getByRole('link').click();
  await expect(page.locator('.pictures')).toBeVisible();
  await page.context().close();
});

for (const locale of ['zh-CN', 'en-US']) {
  test(`it fits the smallest phone in ${locale}`, async ({ browser }, info) => {
    const page = await looks.open(browser, '/open', { ...PHONE, locale });
    await expect(titles(page)).toHaveCount(24);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.screenshot({ path: info.outputPath(`open-${locale}.png`) });
    await page.context().close();
  });
}
