/** No serious fault of accessibility on the pages that everybody uses, in both themes (axe-core). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from '@playwright/test';
import { Looks } from './looks.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Rules that axe calls serious or critical, and landmarks, which it calls moderate. */
async function faults(page: Page): Promise<string[]> {
  // The pages forbid foreign scripts; the debugger may evaluate one all the same.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: unknown }> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  const bad = (one: Violation) =>
    ['serious', 'critical'].includes(one.impact) || one.id.startsWith('landmark') || one.id === 'region';
  return (violations as Violation[])
    .filter(bad)
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} — ${node.failureSummary}`));
}

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
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, path, ready, act] of pages) {
    test(`${name} in the ${colorScheme} theme`, async ({ browser }) => {
      const page = await looks.open(browser, path, { colorScheme, viewport: { width: 1366, height: 768 } });
      await act?.(page);
      await page.locator(ready).first().waitFor();
      await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
      expect(await faults(page)).toEqual([]);
      await page.context().close();
    });
  }
}
