/** All styles share one page: a class name that two files lay out is laid out wrongly in one of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, 'styles');

/** Class names that stand alone before a rule, at the outermost level: `.name {` or `.name,`. */
function namesOf(css: string): Set<string> {
  return new Set([...css.matchAll(/^\.([\w-]+)(?=\s*\{|,$)/gm)].map((match) => match[1] as string));
}

test('a class name is laid out by one file', () => {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.css'))) {
    for (const name of namesOf(readFileSync(join(FOLDER, file), 'utf8'))) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  expect(files.size).toBeGreaterThan(100);
  expect([...files].filter(([, where]) => where.length > 1)).toEqual([]);
});
