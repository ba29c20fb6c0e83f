/** Faults of accessibility on a page, as axe-core finds them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** A page that is still filling is looked at again: what counts is how it stays. */
export async function expectNoFaults(page: Page): Promise<void> {
  await expect.poll(() => faults(page)).toEqual([]);
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
