/** The page has words for every refusal of the server: each code stands in the texts of some page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = import.meta.dirname;
const SERVER = join(SOURCE, '../../src/web');
const files = (place: string, end: RegExp) =>
  readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((file) => end.test(file))
    .map((file) => readFileSync(join(place, file), 'utf8'));

/** Answers to programs and to damaged requests, which no page of ours sends. */
const FOR_PROGRAMS = [
  'bad_figure',
  'bad_token',
  'content_type',
  'long_head',
  'method',
  'origin',
  'upgrade',
  'internal',
];
/** Answers that are steps and no refusals: the form goes on to its second step. */
const STEPS = ['code_needed'];

test('every refusal of the server has words', () => {
  const texts = files(SOURCE, /texts\.zh\.ts$/).join('\n');
  const named = files(SERVER, /\.rs$/).flatMap((file) =>
    [...file.matchAll(/StatusCode::[A-Z_]+,\s*"([a-z_]+)"/g)].map((found) => found[1] ?? ''),
  );
  const codes = new Set(named);
  for (const known of [...FOR_PROGRAMS, ...STEPS]) codes.delete(known);
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => !new RegExp(`^\\s+${code}:`, 'm').test(texts))).toEqual([]);
});
