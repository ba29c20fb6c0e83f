/** Provable minutes as people see them: told before, asked in class, counted, and looked at afterwards. */
import { expect, type Page, test, type WebSocketRoute } from '@playwright/test';
import { Person, standsApart } from './person.ts';
import { Server } from './server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** Time to answer, and what the server waits for late packets before somebody has missed it. */
const ANSWER_AND_GRACE_MS = 90_000 + 20_000;

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  await server.stop();
});

/** The newest roll in the instructor's panel; a check of the rules may come in between. */
const rollOf = (teacher: Person) =>
  teacher.page
    .getByRole('dialog', { name: '点名和在线确认' })
    .getByRole('listitem')
    .filter({ has: teacher.page.getByRole('heading', { name: /^点名/ }) })
    .first();

const callRoll = (teacher: Person) => teacher.page.getByRole('button', { name: '点名', exact: true }).click();

/** Waits for the thanks, which stay for two seconds: an assertion that looks now and then misses them on a busy machine. */
function thanked(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = () => document.querySelector('.class-check')?.textContent === '已确认 ✓' && resolve();
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
}

test('a roll is called, one answers and one does not, and the counted minutes grow', async ({
  browser,
}, info) => {
  const [linkA, linkB] = server.links.trainees as [string, string];
  const teacher = await Person.enter(browser, server.links.instructor);
  await expect(teacher.page.getByRole('region', { name: '这节课怎么算学时' })).toBeVisible();
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  await expect(teacher.page.locator('.class-state')).toHaveText('上课中');

  const phone = await Person.open(browser, linkA, PHONE);
  await test.step('what the lesson asks for is told before one comes in, and not again', async () => {
    const rules = phone.page.getByRole('region', { name: '这节课怎么算学时' });
    await expect(rules.getByRole('listitem')).toHaveCount(3);
    await phone.page.screenshot({ path: info.outputPath('rules-phone.png') });
    await phone.button('知道了，进入课堂').click();
    await phone.seesAndHears();
    await phone.page.reload();
    await phone.seesAndHears();
  });
  const desk = await Person.enter(browser, linkB);
  await desk.seesAndHears();
  const chat = desk.page.getByPlaceholder('说点什么…');
  await chat.pressSequentially('还没写完');

  await test.step('the check comes to both, covers no picture and leaves the cursor where it is', async () => {
    await callRoll(teacher);
    for (const trainee of [phone, desk]) {
      await expect(trainee.button('我在')).toBeVisible();
      await expect(trainee.page.getByText(/还剩 \d+ 秒/)).toBeVisible();
      await standsApart(trainee.page.locator('.class-check'));
    }
    await expect(chat).toBeFocused();
    await expect(chat).toHaveValue('还没写完');
    await expect(rollOf(teacher).getByText('已确认 0/2 人')).toBeVisible();
    await phone.page.screenshot({ path: info.outputPath('check-phone.png') });
    await desk.page.screenshot({ path: info.outputPath('check-desk.png') });
  });

  await test.step('one answers and is thanked; the instructor sees it', async () => {
    const thanks = thanked(phone.page);
    await phone.button('我在').click();
    await thanks;
    await expect(phone.page.locator('.class-check')).toHaveCount(0);
    await expect(rollOf(teacher).getByText('已确认 1/2 人')).toBeVisible();
    await expect(rollOf(teacher).getByText(/还没有点 1/)).toBeVisible();
    await teacher.page.screenshot({ path: info.outputPath('roll.png') });
  });

  await test.step('who has answered is not asked again after a reload', async () => {
    await phone.page.reload();
    await expect(phone.button('举手')).toBeVisible();
    await expect(phone.button('我在')).toHaveCount(0);
  });

  await test.step('the own minutes grow, and say what they stand for', async () => {
    await phone.button(/已计入 \d+ 分钟/).click();
    const sheet = phone.page.getByRole('dialog', { name: '我这节课的有效时间' });
    const counted = sheet.locator('dl.figures dd').first();
    // Updated every fifteen seconds.
    await expect(counted).toHaveText(/[1-9]/);
    const before = await counted.textContent();
    await expect(counted).not.toHaveText(before ?? '');
    await expect(sheet.getByText(/学时全部计入/)).toBeVisible();
    await phone.page.screenshot({ path: info.outputPath('minutes-phone.png') });
    await sheet.getByRole('button', { name: '关闭' }).click();
  });

  await test.step('when the time is over the other one has missed it', async () => {
    const missed = rollOf(teacher).getByText(/没有确认 1/);
    await expect(missed).toBeVisible({ timeout: ANSWER_AND_GRACE_MS + 20_000 });
    await expect(rollOf(teacher).getByText('已结束')).toBeVisible();
    await expect(desk.page.getByRole('region', { name: '讲师点名' })).toHaveCount(0);
    await teacher.page.screenshot({ path: info.outputPath('missed.png') });
    await teacher.page.keyboard.press('Escape');
    const roster = teacher.page.getByRole('list', { name: '人员' });
    await expect(roster.getByText(/^确认 0\/[12]/)).toBeVisible();
    await expect(roster.getByText(/^确认 1\/[12]/)).toBeVisible();
    await expect(roster.getByText(/有效 \d+ 分钟/)).toHaveCount(2);
  });

  await test.step('made void, it counts against nobody', async () => {
    await teacher.button('看详情').click();
    await rollOf(teacher).getByRole('button', { name: '作废', exact: true }).click();
    await rollOf(teacher).getByRole('button', { name: '确定作废' }).click();
    await expect(rollOf(teacher).getByText(/已作废/)).toBeVisible();
  });

  await teacher.page.getByRole('button', { name: '下课', exact: true }).click();
  await teacher.button('仍然下课').click();
  await test.step('afterwards everybody finds the way to the hours', async () => {
    await phone.page.getByRole('link', { name: '我的学时' }).click();
    await expect(phone.page.getByRole('heading', { name: '我的学时' })).toBeVisible();
    await expect(phone.page.getByText(/还没有出结果的课/)).toBeVisible(); // Ten minutes later they are there.
    await phone.page.screenshot({ path: info.outputPath('hours-phone.png') });
    await teacher.page.getByRole('link', { name: '学时表' }).click();
    await expect(teacher.page.getByText(/还没有出结果/)).toBeVisible();
    const audit = teacher.page.getByRole('link', { name: '审计文件' });
    const href = (await audit.getAttribute('href')) as string;
    const file = await teacher.page.request.get(new URL(href, teacher.page.url()).href);
    expect(file.status()).toBe(200);
    const facts = (await file.text()).trim().split('\n');
    const kinds = facts.map((fact) => (JSON.parse(fact) as { type: string }).type);
    for (const kind of ['lesson', 'started', 'ended', 'evidence', 'check_issued', 'check_answered']) {
      expect(kinds).toContain(kind);
    }
    await teacher.page.screenshot({ path: info.outputPath('hours-sheet.png') });
  });
  for (const person of [teacher, phone, desk]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('a check is shown again after a reload, and an answer without a connection is sent when it is back', async ({
  browser,
}) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  const line = await breakableLine(trainee.page);
  await trainee.page.reload();
  await trainee.seesAndHears();
  await callRoll(teacher);
  await expect(trainee.button('我在')).toBeVisible();
  await trainee.page.reload();
  await expect(trainee.button('我在')).toBeVisible();

  line.breakIt();
  await trainee.button('我在').click();
  await expect(trainee.page.locator('.class-check').getByText('网络断开，连上后会自动送出。')).toBeVisible();
  await expect(rollOf(teacher).getByText('已确认 0/1 人')).toBeVisible();
  line.mendIt();
  await expect(rollOf(teacher).getByText('已确认 1/1 人')).toBeVisible();
  await expect(trainee.page.locator('.class-check')).toHaveCount(0);
  for (const person of [teacher, trainee]) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

/** The signalling of a page, which can be cut; counts from the next load on. */
async function breakableLine(page: Page) {
  let broken = false;
  let socket: WebSocketRoute | null = null;
  await page.routeWebSocket(/\/signal\//, (opened) => {
    if (broken) return void opened.close();
    opened.connectToServer();
    socket = opened;
  });
  return {
    breakIt: () => {
      broken = true;
      void socket?.close();
    },
    mendIt: () => {
      broken = false;
    },
  };
}
