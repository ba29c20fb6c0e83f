// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Desk, DeskContext } from './desk';
import { ExportButton } from './export';

let root: Root;
let place: HTMLElement;

async function show(mayReveal: boolean): Promise<void> {
  const desk = { may: () => mayReveal } as unknown as Desk;
  const address = (format: string, reason: string) => `/file?format=${format}&reason=${reason}`;
  await act(async () =>
    root.render(
      <DeskContext value={desk}>
        <ExportButton title="名单" what="全部" address={address} />
      </DeskContext>,
    ),
  );
  await act(async () => place.querySelector('button')?.click());
}

const links = () => [...place.querySelectorAll('a')].map((link) => link.getAttribute('href'));

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  HTMLDialogElement.prototype.showModal = () => {};
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('a masked file needs no reason, one in full does', async () => {
  await show(true);
  expect(links()).toHaveLength(3);
  expect(links().every((link) => link?.endsWith('reason='))).toBe(true);
  const [, full] = place.querySelectorAll<HTMLInputElement>('input[type=radio]');
  await act(async () => full?.click());
  expect(links()).toEqual([]);
  const reason = place.querySelector<HTMLInputElement>('input:not([type=radio])');
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(reason, ' 核对名单 ');
    reason?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect(links()).toContain('/file?format=xlsx&reason=核对名单');
});

test('who may not see full numbers is offered none', async () => {
  await show(false);
  expect(place.querySelectorAll('input[type=radio]')).toHaveLength(1);
});
