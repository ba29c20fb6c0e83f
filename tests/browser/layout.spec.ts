/** What must stay on the screen, and what must not lie over what: on phones and desks, in both languages. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { Looks, type State } from './looks.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const SMALL = { viewport: { width: 360, height: 616 }, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1366, height: 768 } };
const TRAINEE = '/lesson/demo?as=trainee';
const TEACHER = '/lesson/demo?as=teacher';

let looks: Looks;
test.beforeAll(async () => {
  looks = await Looks.start();
});
test.afterAll(() => looks.stop());

async function box(of: Locator) {
  const found = await of.boundingBox();
  if (!found) throw new Error(`not shown: ${of}`);
  return found;
}

/** All of it is on the screen, and nothing lies over its middle. */
async function isFree(of: Locator): Promise<void> {
  const { width, height } = of.page().viewportSize() ?? { width: 0, height: 0 };
  await expect
    .poll(async () => {
      const { x, y, width: w, height: h } = await box(of);
      if (x < -1 || y < -1 || x + w > width + 1 || y + h > height + 1) return `off the screen at ${x} ${y} ${w} ${h}`;
      return of.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const on = document.elementFromPoint(left + width / 2, top + height / 2);
        return on && (element.contains(on) || on.contains(element)) ? 'free' : `covered by ${on?.className}`;
      });
    })
    .toBe('free');
}

async function fitsAcross(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const header = document.querySelector('header.top') as HTMLElement;
    const out = [...header.querySelectorAll('h1, .pill, .class-state, .recording-mark, .attendance')].filter((one) => {
      const { right, left, width } = one.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1);
    });
    return [document.documentElement.scrollWidth > innerWidth, out.map((one) => one.className)];
  });
  expect(wide).toEqual([false, []]);
}

for (const [size, options] of Object.entries({ phone: PHONE, small: SMALL })) {
  for (const locale of ['zh-CN', 'en-US']) {
    test(`the longest words fit the header of a ${size} in ${locale}`, async ({ browser }) => {
      const page = await looks.open(browser, TRAINEE, { ...options, locale });
      await looks.tell(page, 'longest');
      await expect(page.locator('.recording-mark.off_record')).toBeVisible();
      await fitsAcross(page);
      const state = await box(page.locator('.class-state'));
      const mark = await box(page.locator('.recording-mark'));
      const minutes = await box(page.locator('.pill.minutes'));
      expect(state.x + state.width).toBeLessThanOrEqual(mark.x);
      expect(mark.x + mark.width).toBeLessThanOrEqual(minutes.x);
      await page.context().close();
    });

    for (const state of ['checkAndResult', 'result', 'notice'] as State[]) {
      test(`${state}: tabs and message box stay on a ${size} in ${locale}`, async ({ browser }) => {
        const page = await looks.open(browser, TRAINEE, { ...options, locale });
        await page.locator('.chat-box').waitFor();
        await looks.tell(page, state);
        await page.locator(state === 'checkAndResult' ? '.class-check' : state === 'result' ? '.class-poll' : '.toast').waitFor();
        for (const name of ['#tab-chat', '#tab-people', '.chat-box textarea, .chat-box input']) {
          await isFree(page.locator(name).first());
        }
        if (state === 'checkAndResult') await isFree(page.getByRole('button', { name: /^(我在|I am here)$/ }));
        await page.context().close();
      });
    }
  }
}

for (const [size, options] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`a message covers no tab, no sheet and no question, and stays in the chat, on a ${size}`, async ({ browser }) => {
    const page = await looks.open(browser, TRAINEE, options);
    await page.locator('.chat-box').waitFor();
    await looks.tell(page, 'notice');
    const toast = page.locator('.toast.notice');
    await isFree(toast);
    await isFree(page.locator('#tab-chat'));
    await expect(page.locator('.line.notice')).toBeVisible();

    await page.getByRole('button', { name: '更多' }).click();
    await isFree(page.getByRole('heading', { name: '更多' }));
    await page.getByRole('button', { name: '离开课堂' }).click();
    const question = page.getByRole('alertdialog').getByText(/^离开课堂？/);
    await isFree(question);
    await expect(toast).toBeHidden();
    await page.getByRole('button', { name: '取消' }).click();
    await expect(toast).toBeVisible();
    await page.context().close();
  });
}

test('unread lines are marked at the tab and in the title, until the chat is looked at', async ({ browser }) => {
  const page = await looks.open(browser, TRAINEE, PHONE);
  await page.getByRole('tab', { name: /人员/ }).click();
  await looks.tell(page, 'unread');
  await expect(page.getByRole('tab', { name: /聊天.*2 条未读消息/ })).toBeVisible();
  await expect(page).toHaveTitle(/^\(2\) /);
  await page.getByRole('tab', { name: /聊天/ }).click();
  await expect(page.locator('.unread')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/^\(/);
  await page.context().close();
});

test('before the class there is a cover, and 下课 does not stand beside 上课', async ({ browser }) => {
  const page = await looks.open(browser, TRAINEE, SMALL);
  await looks.tell(page, 'waiting');
  await expect(page.locator('.cover-title')).toBeVisible();
  await expect(page.locator('.cover-time')).toContainText('上课');
  await looks.tell(page, 'begun');
  await page.reload();
  await looks.tell(page, 'begun');
  await expect(page.locator('.banner.calm')).toBeVisible();
  const staff = await looks.open(browser, TEACHER, DESK);
  await staff.getByRole('button', { name: '进入课堂' }).click();
  await staff.locator('.class-buttons').waitFor();
  await looks.tell(staff, 'begun');
  await expect(staff.getByRole('button', { name: '上课' })).toBeVisible();
  await expect(staff.getByRole('button', { name: '下课' })).toHaveCount(0);
  for (const one of [page, staff]) await one.context().close();
});

/** What takes the finger: the element with the area its pseudo-element adds. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const small: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>('button, a, [role=tab], input, summary, textarea')) {
      const { width, height } = one.getBoundingClientRect();
      // A link within a sentence is as high as its line.
      const inText = getComputedStyle(one).display === 'inline' || one.closest('label, p');
      if (width === 0 || height === 0 || inText) continue;
      const more = getComputedStyle(one, '::before');
      const extra = more.position === 'absolute' && more.content !== 'none' ? -2 * (Number.parseFloat(more.top) || 0) : 0;
      const across = more.position === 'absolute' && more.content !== 'none' ? -2 * (Number.parseFloat(more.left) || 0) : 0;
      if (height + Math.max(0, extra) < 43.5 || width + Math.max(0, across) < 43.5) {
        small.push(`${one.className || one.tagName} ${Math.round(width)}×${Math.round(height)}`);
      }
    }
    return [...new Set(small)];
  });
}

test('fingers find 44 pixels everywhere on a phone', async ({ browser }) => {
  const trainee = await looks.open(browser, TRAINEE, PHONE);
  await trainee.locator('.chat-box').waitFor();
  expect(await smallTargets(trainee)).toEqual([]);
  await trainee.getByRole('button', { name: '更多' }).click();
  expect(await smallTargets(trainee)).toEqual([]);
  const teacher = await looks.open(browser, TEACHER, PHONE);
  await teacher.getByRole('button', { name: '进入课堂' }).click();
  await teacher.locator('.roster').waitFor();
  expect(await smallTargets(teacher)).toEqual([]);
  for (const path of ['/replay/demo?as=trainee', '/home?as=wang', '/hours?as=trainee']) {
    const page = await looks.open(browser, path, PHONE);
    await page.locator('main, .lesson').first().waitFor();
    expect(await smallTargets(page), path).toEqual([]);
    await page.context().close();
  }
});
