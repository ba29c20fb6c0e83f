import { expect, test } from 'vitest';
import { detailOf } from './audit';

test.each([
  ['{}', '', ''],
  ['{"reason":"电话核对","phase":"zp-1"}', '电话核对', '{"phase":"zp-1"}'],
  ['{"forget_second_factor":false,"reason":""}', '', '{"forget_second_factor":false}'],
  ['no JSON', '', 'no JSON'],
])('what an event says: %s', (detail, reason, rest) => {
  expect(detailOf(detail)).toEqual({ reason, rest });
});
