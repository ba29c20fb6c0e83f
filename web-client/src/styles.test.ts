/** All styles share one page: a class name that two files lay out is laid out wrongly in one of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = import.meta.dirname;
const read = (file: string) => readFileSync(join(SOURCE, file), 'utf8');
const sheets = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.css'),
);

/** Class names that stand alone before a rule, at the outermost level: `.name {` or `.name,`. */
function namesOf(css: string): Set<string> {
  return new Set([...css.matchAll(/^\.([\w-]+)(?=\s*\{|,$)/gm)].map((match) => match[1] as string));
}

test('a class name is laid out by one file', () => {
  const files = new Map<string, string[]>();
  for (const file of sheets) {
    for (const name of namesOf(read(file))) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  expect(files.size).toBeGreaterThan(100);
  expect([...files].filter(([, where]) => where.length > 1)).toEqual([]);
});

test('the sign of the way home points back on every page that shows it', () => {
  const files = sheets.filter((file) => /^\.home-sign \.icon \{/m.test(read(file)));
  expect(files).toHaveLength(1);
  expect(read('kit/styles.ts')).toContain(`'./${files[0]?.slice('kit/'.length)}'`);
  expect(read('main.tsx')).toContain("'./kit/styles'");
});

test('heads and names of the class sheet are high enough for a finger', () => {
  expect(read('hours/hours-staff.css')).toMatch(
    /\.sheet-table button \{[^}]*min-height: max\(36px, var\(--finger\)\)/,
  );
});

test('the comparison of a record has a look, wide and on a phone', () => {
  const css = read('office/office-table.css');
  expect(css).toMatch(/^\.beside \{/m);
  expect(css).toMatch(/^\.beside \.differs/m);
  expect(css).toMatch(/@media \(max-width: 639px\) \{\s*\.beside/);
});
