/** What must stay on the screen, and what must not lie over what: on phones and desks, in both languages. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { Looks, type State } from './looks.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const SMALL = { viewport: { width: 360, height: 616 }, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1366, height: 768 } };
const TRAINEE = '/lesson/demo?as=trainee';
const TEACHER = '/lesson/demo?as=teacher';

const LONG_POLL = {
  question: '下面哪一项是双师型教师的认定条件？请从以下四个比较长的选项中选出最合适的一项',
  options: ['具有企业工作经历并取得相应职业资格证书的专任教师', '只有教师资格证书', 'A teacher of two subjects', '以上都不是'],
  multiple: false,
  right: [],
};

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

for (const locale of ['zh-CN', 'en-US']) {
  test(`a question with letters and its result are seen as a whole on a small phone in ${locale}`, async ({ browser }) => {
    const page = await looks.open(browser, TRAINEE, { ...SMALL, locale });
    await page.locator('.chat-box').waitFor();
    for (const [state, lines] of [['letters', '.poll-option'], ['lettersResult', '.poll-bar']] as const) {
      await looks.tell(page, state);
      await expect(page.locator(lines)).toHaveCount(4);
      for (const line of await page.locator(lines).all()) await isFree(line);
      await isFree(page.locator('#tab-chat'));
    }
    const rows = await Promise.all((await page.locator('.poll-bar').all()).map(box));
    expect(rows.map(({ height }) => height < 30)).toEqual([true, true, true, true]);
    await page.context().close();
  });
}

test('a longer question shows that there is more below', async ({ browser }) => {
  const page = await looks.open(browser, TRAINEE, SMALL);
  await page.locator('.chat-box').waitFor();
  await looks.tell(page, 'result');
  const sheet = page.locator('.class-poll');
  await sheet.waitFor();
  const [inner, outer] = await sheet.evaluate((element) => [element.scrollHeight, element.clientHeight] as const);
  expect(inner).toBeGreaterThan(outer);
  // A shadow that stays, under paper that moves with the content.
  expect(await sheet.evaluate((element) => getComputedStyle(element).backgroundAttachment)).toContain('local');
  await page.context().close();
});

for (const locale of ['zh-CN', 'en-US']) {
  test(`before the class the instructor reads beside the own picture that everybody sees it, in ${locale}`, async ({ browser }) => {
    for (const options of [DESK, PHONE, SMALL]) {
      const staff = await looks.open(browser, TEACHER, { ...options, locale });
      await staff.getByRole('button', { name: /^(进入课堂|Enter the class)$/ }).click();
      await staff.locator('.class-buttons').waitFor();
      await looks.tell(staff, 'waiting');
      await expect(staff.locator('.stage-main video')).toBeVisible();
      await expect(staff.locator('.cover')).toHaveCount(0);
      const told = staff.locator('.banner').filter({ hasText: /^(大家已经可以看到、听到|Everybody already sees and hears)/ });
      await isFree(told);
      await staff.context().close();
    }
  });
}

test('a raised hand that was answered is no more waited for', async ({ browser }) => {
  const page = await looks.open(browser, TRAINEE, PHONE);
  await page.locator('.chat-box').waitFor();
  await page.getByRole('button', { name: '举手' }).click();
  const toast = page.locator('.toast').filter({ hasText: '已举手' });
  await expect(toast).toBeVisible();
  await looks.say(page, { do: 'bring_on_stage', participant: 10, camera: false });
  await expect(page.getByRole('heading', { name: '讲师请你上台发言' })).toBeVisible();
  await expect(toast).toHaveCount(0, { timeout: 1_000 });
  await looks.say(page, { do: 'take_off_stage', participant: 10 });
  await page.context().close();
});

test('keys are offered where there is a keyboard', async ({ browser }) => {
  for (const [options, shown] of [[DESK, 1], [PHONE, 0]] as const) {
    const page = await looks.open(browser, TRAINEE, options);
    await page.getByRole('button', { name: '更多' }).click();
    await expect(page.getByRole('button', { name: '离开课堂' })).toBeVisible();
    await expect(page.getByRole('button', { name: '键盘快捷键' })).toHaveCount(shown);
    await page.context().close();
  }
});

for (const [size, options] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`the replay of a trainee on a ${size}: full screen at the lower right, no file is asked for`, async ({ browser }) => {
    const page = await looks.open(browser, '/replay/demo?as=trainee', options);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    const button = await box(page.locator('.pictures > .over-picture'));
    const main = await box(page.locator('.pictures > .main').first());
    expect(Math.round(main.x + main.width - button.x - button.width)).toBe(8);
    expect(Math.round(main.y + main.height - button.y - button.height)).toBe(8);
    await expect(page.locator('.track-line .notice')).toHaveText(/^通知/);
    expect(asked.filter((path) => path.endsWith('/download'))).toEqual([]);
    await page.context().close();
  });
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
  await looks.tell(page, 'notice');
  await expect(page.getByRole('tab', { name: /聊天.*3 条未读消息/ })).toBeVisible();
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
  const signedIn = ['/replay/demo?as=trainee', '/home?as=wang', '/hours?as=trainee', '/hours/demo?as=operator'];
  for (const path of [...signedIn, '/open', '/open/essays', '/open/essays/1']) {
    const page = await looks.open(browser, path, PHONE);
    await page.locator('main, .lesson').first().waitFor();
    expect(await smallTargets(page), path).toEqual([]);
    await page.context().close();
  }
});

test('on a phone the class sheet shows names and who was absent without scrolling', async ({ browser }) => {
  for (const locale of ['zh-CN', 'en-US']) {
    const page = await looks.open(browser, '/hours/demo?as=operator', { ...PHONE, locale });
    await page.locator('.sheet-table').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await expect(page.locator('.sideways')).toBeVisible();
    const mark = page.locator('.sheet-table .mark.absent').first();
    await mark.scrollIntoViewIfNeeded();
    expect(await page.locator('.sheet-table').evaluate((table) => table.parentElement?.scrollLeft)).toBe(0);
    const { x, width } = await box(mark);
    expect(x + width).toBeLessThanOrEqual(390);
    await page.context().close();
  }
});

for (const locale of ['zh-CN', 'en-US']) {
  test(`what is told before the first lesson fits a small phone, with the way in, in ${locale}`, async ({ browser }) => {
    const context = await browser.newContext({ ...SMALL, locale });
    const page = await context.newPage();
    await page.goto(looks.origin + TRAINEE);
    const card = page.locator('.lobby .card');
    const { x, width } = await box(card);
    expect([x >= 0, x + width <= 360]).toEqual([true, true]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.locator('.lobby .button.primary').scrollIntoViewIfNeeded();
    await isFree(page.locator('.lobby .button.primary'));
    await context.close();
  });

  for (const [size, options] of Object.entries({ phone: PHONE, small: SMALL })) {
    test(`teaching on a ${size} in ${locale}: one row of buttons, and below it nothing is lost`, async ({ browser }) => {
      const page = await looks.open(browser, TEACHER, { ...options, locale });
      await page.getByRole('button', { name: /^(进入课堂|Enter the class)$/ }).click();
      await page.locator('.class-buttons').waitFor();
      await looks.say(page, { do: 'pretend', events: [{ event: 'hands', hands: [] }] });
      await looks.tell(page, 'waiting');
      await isFree(page.locator('.search input'));
      await looks.tell(page, 'back');
      const buttons = page.locator('.bar .bar-button');
      await expect(buttons).toHaveCount(7);
      const rows = await Promise.all((await buttons.all()).map(box));
      expect(new Set(rows.map(({ y }) => Math.round(y))).size).toBe(1);
      await isFree(page.locator('.search input'));

      await looks.say(page, { do: 'open_poll', poll: LONG_POLL });
      await isFree(page.locator('.latest-round.asking button'));
      await page.locator('#tab-chat').click();
      await isFree(page.locator('.line').last());
      await page.locator('.latest-round.asking button').click();
      await isFree(page.locator('.round.open .round-count b'));
      await isFree(page.locator('.round.open .poll-finish .button').first());
      await isFree(page.locator('.round.open .poll-finish .button').last());
      await looks.say(page, { do: 'close_poll' });
      await page.context().close();
    });

    test(`the replay of a running class on a ${size} in ${locale} begins with its title`, async ({ browser }) => {
      const page = await looks.open(browser, '/home?as=wang', { ...options, locale });
      await page.route(/\/api\/replay\/demo\?/, async (route) => {
        const answer = await route.fetch({ maxRetries: 3 });
        await route.fulfill({ response: answer, json: { ...(await answer.json()), live: true } });
      });
      await page.goto(`${looks.origin}/replay/demo?as=trainee`);
      await page.locator('.to-live').waitFor();
      const title = await box(page.locator('header.top h1'));
      expect(title.width).toBeGreaterThan(180);
      for (const one of await page.locator('header.top > .button:not(.home-sign):visible').all()) {
        expect((await box(one)).y).toBeGreaterThanOrEqual(title.y + title.height);
        await isFree(one);
      }
      expect((await box(page.locator('header.top'))).height).toBeLessThan(120);
      await page.context().close();
    });
  }
}

test('a course taken back while somebody without a name watches: nothing is asked for again and again', async ({ browser }) => {
  const page = await looks.open(browser, '/replay/demo', PHONE);
  await page.locator('.pictures').waitFor();
  const refused: string[] = [];
  await page.route(/\/media\/|\/api\/replay\//, async (route) => {
    refused.push(new URL(route.request().url()).pathname);
    await route.fulfill({ status: 401, json: { code: 'signed_out', message: '' } });
  });
  for (let leap = 0; leap < 6; leap += 1) await page.keyboard.press('l');
  await expect(page.getByText('不再公开')).toBeVisible();
  await expect(page.getByRole('link', { name: '登录' })).toBeVisible();
  expect(refused.filter((path) => path.startsWith('/api/'))).toHaveLength(1);
  const before = refused.length;
  expect(before).toBeLessThan(10);
  // What asked again did so every three seconds: its time passes here.
  await page.waitForTimeout(7_000);
  expect(refused).toHaveLength(before);
  await page.context().close();
});
