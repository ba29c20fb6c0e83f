// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Minutes } from '../../protocol';
import { classZh } from '../texts.zh';
import { MinutesPill, MinutesSheet } from './minutes';

const words = classZh.inClass.minutes;

function minutes(taught_s: number, counted_s: number): Minutes {
  return { as_of_ms: 0, taught_s, counted_s, gaps: [] };
}

test.each<[number, number, string]>([
  [0, 0, 'quiet'],
  [600, 590, 'good'],
  [600, 300, 'fair'],
])('of %i s taught %i count: the pill is %s', (taught, counted, tone) => {
  const html = renderToStaticMarkup(<MinutesPill minutes={minutes(taught, counted)} onOpen={() => {}} />);
  expect(html).toContain(`pill minutes ${tone}`);
});

test('where nothing was taught, nobody reads that every minute counts', () => {
  const sheet = (taught: number) =>
    renderToStaticMarkup(<MinutesSheet minutes={minutes(taught, taught)} rules={null} onClose={() => {}} />);
  expect(sheet(0)).toContain(words.nothing);
  expect(sheet(0)).not.toContain(words.noGaps);
  expect(sheet(600)).toContain(words.noGaps);
});
