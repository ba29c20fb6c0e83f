import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { count } from './count';

interface Case {
  text: string;
  times?: number;
  count: number;
}

const shared = join(import.meta.dirname, '../../../tests/shared/essay.json');

test('the server counts the same', () => {
  const { counts } = JSON.parse(readFileSync(shared, 'utf8')) as { counts: Case[] };
  expect(counts.length).toBeGreaterThan(30);
  for (const one of counts) {
    expect(count(one.text.repeat(one.times ?? 1)), JSON.stringify(one)).toBe(one.count);
  }
});
