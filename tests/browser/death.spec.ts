/** A server that dies without a word, as a page meets it: noticed by its silence, and back in class soon after. */
import { expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

let server: Server;
test.beforeEach(async () => {
  server = await Server.start();
});
test.afterEach(async () => {
  server.thaw();
  await server.stop();
});

/** In the text that a page shows while it looks for its server. */
const AWAY = /正在重新连接/;

test('a frozen server, and a killed one, are noticed by their silence and the class goes on', async ({ browser }, info) => {
  const teacher = await Person.enter(browser, server.links.instructor);
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  const trainee = await Person.enter(browser, server.links.trainees[0] as string);
  await trainee.seesAndHears();
  const people = [teacher, trainee];
  const figure = (what: string, sinceMs: number) =>
    info.annotations.push({ type: 'figure', description: `${what}: ${Date.now() - sinceMs} ms` });

  const fallsSilent = async () => {
    const noticed = people.map(({ page }) =>
      // What else notices it (an unanswered command, ICE) comes later and says something else.
      page.waitForEvent('console', (line) => /^signal: silent for \d+ ms/.test(line.text())),
    );
    const since = Date.now();
    server.freeze();
    const lines = await Promise.all(noticed);
    figure('noticed', since);
    for (const line of lines) info.annotations.push({ type: 'figure', description: line.text() });
    for (const { page } of people) await expect(page.getByText(AWAY).first()).toBeVisible();
  };
  const comesBack = async (sinceMs: number) => {
    for (const { page } of people) await expect(page.getByText(AWAY)).toHaveCount(0);
    figure('back in class', sinceMs);
    await trainee.seesAndHears();
    figure('picture and sound', sinceMs);
  };

  await test.step('frozen, then it goes on', async () => {
    await fallsSilent();
    const since = Date.now();
    server.thaw();
    await comesBack(since);
  });

  await test.step('frozen, then killed, and another one started', async () => {
    await fallsSilent();
    const since = Date.now();
    await server.kill();
    await server.restart();
    await comesBack(since);
  });

  await test.step('killed', async () => {
    const since = Date.now();
    await server.kill();
    await server.restart();
    await comesBack(since);
  });
  expect(people.flatMap((person) => person.problems)).toEqual([]);
});
