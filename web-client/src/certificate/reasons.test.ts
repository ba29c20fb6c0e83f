import { expect, test } from 'vitest';
import type { ConclusionReason } from '../protocol';
import { reasonText, whyText } from './reasons';
import { certificateEn } from './texts.en';
import { certificateZh } from './texts.zh';

test('every reason has words in both languages', () => {
  const reasons: ConclusionReason[] = [
    { reason: 'hours', has_ch: 1000, needed_ch: 1000 },
    { reason: 'hours_short', has_ch: 730, needed_ch: 1000 },
    { reason: 'hours_open', settled_ch: 500 },
    { reason: 'study_goes_on', until_ms: 1_606_492_800_000 },
    { reason: 'essay_accepted' },
    { reason: 'essay_missing', until_ms: 1_606_492_800_000 },
    { reason: 'essay_waiting' },
    { reason: 'essay_returned', until_ms: 1_606_492_800_000 },
    { reason: 'essay_late' },
  ];
  const zh = reasons.map((reason) => reasonText(reason, certificateZh.mine.reason, 'zh'));
  const en = reasons.map((reason) => reasonText(reason, certificateEn.mine.reason, 'en'));
  expect(new Set([...zh, ...en]).size).toBe(2 * reasons.length);
  expect(zh[1]).toBe('学时还不够：认定 7.3 / 10 学时。');
});

test('who is left out is told why', () => {
  const words = certificateZh.desk.why;
  expect(whyText('characters:䶮', words)).toBe('字体里没有这些字：䶮');
  expect(whyText('field:school: too long', words)).toContain('school: too long');
  expect(whyText('not_completed', words)).toBe(words.not_completed);
});
