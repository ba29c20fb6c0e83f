import { expect, test } from 'vitest';
import { sha256 } from './hash';

test('a file has the hash of the standard', async () => {
  const bytes = new TextEncoder().encode('abc');
  expect(await sha256(bytes.buffer as ArrayBuffer)).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
