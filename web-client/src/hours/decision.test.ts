import { describe, expect, test } from 'vitest';
import { type Draft, decisionOf, emptyDraft, figuresOf } from './decision';
import { checkText } from './words';

const draft = (change: Partial<Draft>): Draft => ({ ...emptyDraft, ...change });

describe('the figures of a correction', () => {
  test.each([
    [
      { amount: '0.3', text: ' 停电 ' },
      { delta_ch: 30, code: 'PLATFORM_FAULT', text: '停电', seen_balance_ch: 170 },
    ],
    [
      { amount: '－1', code: 'OTHER', text: '重复' },
      { delta_ch: -100, code: 'OTHER', text: '重复', seen_balance_ch: 170 },
    ],
    [{ amount: '' }, 'bad_amount'],
    [{ amount: '很多' }, 'bad_amount'],
    [{ amount: '0' }, 'nothing'],
    [{ amount: '1', code: 'OTHER', text: '  ' }, 'no_text'],
    [{ amount: '1', text: '字'.repeat(1001) }, 'text_length'],
  ] as const)('%o', (change, expected) => {
    expect(figuresOf(draft(change), 170)).toEqual(expected);
  });
});

test('a decision needs an answer; dismissing needs no figures', () => {
  expect(decisionOf(draft({ grant: false, answer: ' 记录无误 ' }), 170)).toEqual({
    correction: null,
    answer: '记录无误',
  });
  expect(decisionOf(draft({ grant: false }), 170)).toBe('text_length');
  expect(decisionOf(draft({ amount: '0.2' }), 170)).toBe('text_length');
  expect(decisionOf(draft({ answer: '好' }), 170)).toBe('bad_amount');
  expect(decisionOf(draft({ amount: '0.2', answer: '好' }), 170)).toEqual({
    correction: { delta_ch: 20, code: 'PLATFORM_FAULT', text: '', seen_balance_ch: 170 },
    answer: '好',
  });
});

test('texts are counted as people count them', () => {
  expect(checkText('  ')).toEqual({ text: '', left: 1000, ok: false });
  expect(checkText('😀'.repeat(1000))).toMatchObject({ left: 0, ok: true });
  expect(checkText('字'.repeat(1001))).toMatchObject({ left: -1, ok: false });
});
