import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as limits from './limits';

const shared = join(import.meta.dirname, '../../tests/shared/limits.json');

test('the limits are those of the server', () => {
  const own = Object.entries(limits).map(([name, value]) => [name.toLowerCase(), value]);
  expect(Object.fromEntries(own)).toEqual(JSON.parse(readFileSync(shared, 'utf8')));
});
