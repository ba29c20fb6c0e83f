/** No serious fault of accessibility on the pages that everybody uses, in both themes (axe-core). */
import { type Page, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { Looks } from './looks.ts';

let looks: Looks;
test.beforeAll(async () => {
  looks = await Looks.start();
});
test.afterAll(() => looks.stop());

const enter = async (page: Page) => page.getByRole('button', { name: /进入课堂/ }).click();
const pages: [string, string, string, ((page: Page) => Promise<void>)?][] = [
  ['the class of a trainee', '/lesson/demo?as=trainee', '.chat-log .line'],
  ['the class of an instructor', '/lesson/demo?as=teacher', '.roster', enter],
  ['the device check', '/lesson/demo?as=teacher', '.check-form, .check'],
  ['home', '/home?as=wang', 'main.home'],
  ['own hours', '/hours?as=trainee', 'main h1'],
  ['the class sheet', '/hours/demo?as=teacher', 'table'],
  ['the replay', '/replay/demo?as=trainee', '.replay'],
  ['the open catalogue', '/open', '.open-list li'],
  ['the best essays', '/open/essays', '.open-essay'],
  ['one of the best essays', '/open/essays/1', '.open-essay-text'],
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, path, ready, act] of pages) {
    test(`${name} in the ${colorScheme} theme`, async ({ browser }) => {
      const page = await looks.open(browser, path, { colorScheme, viewport: { width: 1366, height: 768 } });
      await act?.(page);
      await page.locator(ready).first().waitFor();
      await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
      await expectNoFaults(page);
      await page.context().close();
    });
  }
}
