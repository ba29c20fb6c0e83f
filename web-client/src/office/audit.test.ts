import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { portalZh } from '../kit/portal-texts.zh';
import { type DetailWords, detailFields } from './audit-detail';
import { auditEn } from './people/texts.en';
import { auditZh } from './people/texts.zh';

const ZH: DetailWords = { audit: auditZh, portal: portalZh, language: 'zh' };

test.each([
  ['{}', ''],
  ['{"phase":"zp-1","reason":"电话核对","before":"submitted"}', '理由=电话核对|期=zp-1|之前=待审核'],
  ['{"forget_second_factor":false,"reason":""}', '清除验证器=否'],
  [
    '{"roles":[{"role":"unit_admin","unit":"33","class":null},{"role":"auditor"}]}',
    '角色=单位管理员 单位 33、督查员',
  ],
  ['{"delta_ch":-150,"essay":null,"essay_x":{"least":1000}}', '学时变化=-1.5 学时|essay_x=最少字数 1000'],
  ['no JSON', '=no JSON'],
  ['[1]', '=[1]'],
])('what an event says: %s', (detail, said) => {
  const fields = detailFields(detail, ZH);
  expect(fields.map(([name, value]) => `${name}=${value}`).join('|')).toBe(said);
});

/** The acts that the server writes: words like 'unit.made' where an act is made or named. */
function acts(): Set<string> {
  const server = join(import.meta.dirname, '../../../src');
  const files = readdirSync(server, { recursive: true, encoding: 'utf8' });
  const sources = files.filter(
    (file) => /^(office|store|cli)\/.*\.rs$/.test(file) && !file.includes('tests'),
  );
  const named =
    /"((?:unit|registration|nomination|quota|programme|phase|course|class|lesson|announcement|account|hours|people|secret|certificate|report)\.[a-z_]{4,})"/g;
  return new Set(
    sources.flatMap((file) =>
      [...readFileSync(join(server, file), 'utf8').matchAll(named)].map((found) => found[1] ?? ''),
    ),
  );
}

test('every act of the server has words', () => {
  expect(acts().size).toBeGreaterThan(45);
  for (const words of [auditZh.acts, auditEn.acts]) {
    expect([...acts()].filter((act) => !(act in words))).toEqual([]);
  }
});

/** The names of fields in `json!({ … })` of the office. */
function fieldsOfDetails(): Set<string> {
  const server = join(import.meta.dirname, '../../../src');
  const files = readdirSync(join(server, 'office'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.rs') && !file.includes('tests'));
  const details = sources.flatMap((file) => [
    ...readFileSync(join(server, 'office', file), 'utf8').matchAll(/json!\(\{([^}]*)\}/g),
  ]);
  return new Set(
    details.flatMap((found) => [...(found[1] ?? '').matchAll(/"([a-z_]+)":/g)].map((name) => name[1] ?? '')),
  );
}

test('every field of a detail has a name', () => {
  expect(fieldsOfDetails().size).toBeGreaterThan(40);
  for (const words of [auditZh.fields, auditEn.fields]) {
    expect([...fieldsOfDetails()].filter((field) => !(field in words))).toEqual([]);
  }
});
