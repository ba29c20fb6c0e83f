import { expect, test } from 'vitest';
import type { PolicyFigures, PolicyLimits } from '../../protocol';
import { draftOf, figuresOf, minutesOf, percentOf } from './policy';

const USUAL: PolicyFigures = {
  version: 'CR-1',
  period: 2700,
  inc: 270,
  gap: 60,
  hb_timeout: 15,
  block: 900,
  answer: 90,
  tol: 300,
  min_share: { part: 1, whole: 2 },
  overrun_max: 1800,
  makeup: true,
  daily_async_cap: 800,
  late: 300,
  early: 300,
};

const LIMITS: PolicyLimits = {
  seconds: [
    { key: 'gap', least: 0, most: 120 },
    { key: 'hb_timeout', least: 5, most: 30 },
    { key: 'block', least: 600, most: 1500 },
    { key: 'answer', least: 30, most: 180 },
    { key: 'tol', least: 0, most: 300 },
    { key: 'overrun_max', least: 0, most: 3600 },
    { key: 'late', least: 0, most: 86_400 },
    { key: 'early', least: 0, most: 86_400 },
  ],
  periods: [2700, 3000, 3600],
  steps: [10, 5, 2, 1],
  daily_async_cap_ch: 10_000,
  version_bytes: 64,
};

test('a draft begins as what is in force, but for the name', () => {
  const draft = draftOf(USUAL);
  expect(draft.version).toBe('');
  const next = { ...draft, version: ' 2026-1 ' };
  expect(figuresOf(next, LIMITS)).toEqual({
    ...USUAL,
    version: '2026-1',
    min_share: { part: 5000, whole: 10_000 },
  });
});

test('the step follows the period, and no bound is no bound', () => {
  const draft = { ...draftOf(USUAL), version: 'x', period: '3600', step: '5', cap: ' ' };
  expect(figuresOf(draft, LIMITS)).toMatchObject({ period: 3600, inc: 720, daily_async_cap: null });
});

test('what is no figure, or out of its limits, is named by its field', () => {
  const draft = {
    ...draftOf(USUAL),
    version: '长'.repeat(22),
    gap: '121',
    block: '10 min',
    tol: '-1',
    share: '100.5',
    cap: '101',
  };
  expect(figuresOf(draft, LIMITS)).toEqual([
    'version',
    'gap',
    'block',
    'tol',
    'min_share',
    'daily_async_cap',
  ]);
  expect(figuresOf(draftOf(USUAL), LIMITS)).toEqual(['version']);
});

test('shares and seconds as people read them', () => {
  expect([percentOf({ part: 1, whole: 3 }), percentOf({ part: 1, whole: 2 })]).toEqual(['33.33', '50']);
  expect([minutesOf('900'), minutesOf('９５'), minutesOf('x')]).toEqual(['15:00', '1:35', '']);
});
