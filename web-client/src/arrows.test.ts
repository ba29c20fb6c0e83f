/**
 * The imports that are allowed: the parts of every page know no feature, so that a page loads its own features only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const FEATURES = [
  'account',
  'certificate',
  'class',
  'enrol',
  'essay',
  'home',
  'hours',
  'office',
  'open',
  'operator',
  'quiz',
  'replay',
  'survey',
];
/** The files at the top that put the features together. */
const ABOVE = ['app.tsx', 'main.tsx', 'unknown.tsx'];

/** The folder of a file, or its own name at the top. */
const placeOf = (file: string) => file.split('/')[0] ?? '';

/** The imports of a file, as paths from the source folder. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  const named = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return named.map((path) => normalize(join(dirname(file), path)));
}

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.includes('.test.'),
);

test('every folder is a feature, or below all of them', () => {
  const folders = files.filter((file) => file.includes('/')).map(placeOf);
  expect([...new Set(folders)].sort()).toEqual([...FEATURES, 'base', 'i18n', 'kit'].sort());
});

test('no two features import each other', () => {
  const arrows = new Set(
    files.flatMap((file) => importsOf(file).map((path) => `${placeOf(file)} ${placeOf(path)}`)),
  );
  const both = FEATURES.flatMap((one) => FEATURES.map((other) => [one, other] as const)).filter(
    ([one, other]) => one < other && arrows.has(`${one} ${other}`) && arrows.has(`${other} ${one}`),
  );
  expect(both).toEqual([]);
});

test('what lies below the features imports none of them', () => {
  const below = files.filter((file) => ![...FEATURES, ...ABOVE].includes(placeOf(file)));
  expect(below.length).toBeGreaterThan(30);
  const wrong = below.flatMap((file) =>
    importsOf(file)
      .filter((path) => FEATURES.includes(placeOf(path)))
      .map((path) => `${file} imports ${path}`),
  );
  expect(wrong).toEqual([]);
});
