/** Shown below a path by a proxy: pages, files, API, socket and links all stay below it. */
import { expect, test } from '@playwright/test';
import { Person } from './person.ts';
import { Server } from './server.ts';

let server: Server;
test.afterEach(async () => {
  await server.stop();
});

test('nothing leaves the path below which the server is shown', async ({ browser }) => {
  server = await Server.start(['--set', 'server.base_path=/class']);
  const link = server.links.trainees[0] as string; // Printed with the path.
  const { origin } = new URL(link);
  const outside: string[] = [];
  const person = await Person.open(browser, 'about:blank');
  const { page } = person;
  const note = (address: string) => {
    const { host, pathname } = new URL(address);
    if (host === new URL(origin).host && !/^\/class(\/|$)/.test(pathname)) outside.push(pathname);
  };
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));

  await page.goto(link);
  await page.waitForURL(/\/class\/lesson\//);
  await person.button('知道了，进入课堂').click();
  await expect(page.locator('.class-state')).toBeVisible();
  for (const path of ['/class', '/class/help', '/class/enrol']) {
    await page.goto(origin + path);
    await expect(page.getByRole('link').first()).toBeVisible();
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
    for (const href of links) note(href);
  }
  expect(outside).toEqual([]);
  expect(person.problems).toEqual([]);
  await person.leave();
});
