// @vitest-environment happy-dom
import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { place, show } from '../kit/on-page';
import { statement } from './fixtures';
import { StatementOf, StatementPanel } from './statement';

const links = () =>
  [...place.querySelectorAll('li a')].map((one) => [one.textContent, one.getAttribute('href')]);

test('the number of an own certificate leads to it; somebody else only reads it', async () => {
  const found = statement();
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(found)));
  await show(<StatementPanel seat="s" />);
  await act(async () => {});
  expect(links()).toEqual([['ZP1', '/certificate/zp-1?as=s']]);
  await show(<StatementOf found={found} seat="s" registration={7} />);
  expect([links(), place.textContent?.includes('ZP1')]).toEqual([[], true]);
});
