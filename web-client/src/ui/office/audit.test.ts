import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditEn } from '../../i18n/office-people.en';
import { auditZh } from '../../i18n/office-people.zh';
import { detailOf } from './audit';

test.each([
  ['{}', '', ''],
  ['{"reason":"电话核对","phase":"zp-1"}', '电话核对', '{"phase":"zp-1"}'],
  ['{"forget_second_factor":false,"reason":""}', '', '{"forget_second_factor":false}'],
  ['no JSON', '', 'no JSON'],
])('what an event says: %s', (detail, reason, rest) => {
  expect(detailOf(detail)).toEqual({ reason, rest });
});

/** Acts that the server writes: words like 'unit.made' where an act is made or named. */
function acts(): Set<string> {
  const store = join(import.meta.dirname, '../../../../src/store');
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.rs') && !file.includes('tests'));
  const named =
    /"((?:unit|registration|nomination|quota|programme|phase|course|class|lesson|announcement|account|hours|people|secret)\.[a-z_]{4,})"/g;
  return new Set(
    sources.flatMap((file) =>
      [...readFileSync(join(store, file), 'utf8').matchAll(named)].map((found) => found[1] ?? ''),
    ),
  );
}

test('every act of the server has words', () => {
  expect(acts().size).toBeGreaterThan(45);
  for (const words of [auditZh.acts, auditEn.acts]) {
    expect([...acts()].filter((act) => !(act in words))).toEqual([]);
  }
});
