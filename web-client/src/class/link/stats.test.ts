import { expect, test } from 'vitest';
import { noStats, summarize } from './stats';

function reading(bytes: number, received: number, lost: number): [string, unknown][] {
  const entries = [
    { id: 'p', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.042 },
    {
      id: 'a',
      type: 'inbound-rtp',
      kind: 'audio',
      bytesReceived: bytes,
      packetsReceived: received,
      packetsLost: lost,
    },
    {
      id: 'v',
      type: 'outbound-rtp',
      kind: 'video',
      rid: 'h',
      bytesSent: bytes * 10,
      frameWidth: 640,
      frameHeight: 360,
    },
    { id: 'x', type: 'codec' },
  ];
  return entries.map((entry) => [entry.id, entry]);
}

test('rates come from two readings, the first shows none', () => {
  const [first, memory] = summarize(reading(1_000, 100, 0), noStats, 10_000);
  expect([first.inBps, first.outBps, first.lossPercent, first.rttMs]).toEqual([0, 0, null, 42]);
  const [second] = summarize(reading(9_000, 190, 10), memory, 12_000);
  expect([second.inBps, second.outBps, second.lossPercent]).toEqual([32_000, 320_000, 10]);
  expect(second.rows.map((row) => [row.direction, row.kind, row.layer, row.size])).toEqual([
    ['in', 'audio', '', ''],
    ['out', 'video', 'h', '640×360'],
  ]);
});
