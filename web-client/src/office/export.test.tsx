// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { place, show, type } from '../kit/on-page';
import { DeskContext } from './desk';
import { ExportButton } from './export';
import { desk } from './fixtures';

async function open(mayReveal: boolean): Promise<void> {
  const address = (format: string, reason: string) => `/file?format=${format}&reason=${reason}`;
  await show(
    <DeskContext value={desk({ may: () => mayReveal })}>
      <ExportButton title="名单" what="全部" address={address} />
    </DeskContext>,
  );
  await act(async () => place.querySelector('button')?.click());
}

const links = () => [...place.querySelectorAll('a')].map((link) => link.getAttribute('href'));

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => {};
});

test('a masked file needs no reason, one in full does', async () => {
  await open(true);
  expect(links()).toHaveLength(3);
  expect(links().every((link) => link?.endsWith('reason='))).toBe(true);
  const [, full] = place.querySelectorAll<HTMLInputElement>('input[type=radio]');
  await act(async () => full?.click());
  expect(links()).toEqual([]);
  await type(place.querySelector('input:not([type=radio])'), ' 核对名单 ');
  expect(links()).toContain('/file?format=xlsx&reason=核对名单');
});

test('who may not see full numbers is offered none', async () => {
  await open(false);
  expect(place.querySelectorAll('input[type=radio]')).toHaveLength(1);
});
