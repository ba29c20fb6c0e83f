import { expect, test } from 'vitest';
import { levelOf, troubleOf } from './devices';

test('browsers name their troubles, we give them words', () => {
  const named = (name: string) => Object.assign(new Error(name), { name });
  expect(
    ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'NotSupportedError', 'Whatever'].map((name) =>
      troubleOf(named(name)),
    ),
  ).toEqual(['denied', 'missing', 'busy', 'unsupported', 'busy']);
});

test('silence is 0, a shout is 1, speech lies between', () => {
  expect(levelOf(new Float32Array(64))).toBe(0);
  expect(levelOf(new Float32Array(64).fill(1))).toBe(1);
  const speech = levelOf(new Float32Array(64).fill(0.03));
  expect(speech).toBeGreaterThan(0.4);
  expect(speech).toBeLessThan(0.7);
});
