/**
 * A place on the page for tests of views. It is made before and emptied after every test of a file that imports this;
 * the client itself has no use for it.
 */
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';

/** The element into which `show` renders. */
export let place: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

export function show(what: ReactNode): Promise<void> {
  return act(async () => root.render(what));
}

/** Leaves the page: the next view begins without a memory. */
export async function leave(): Promise<void> {
  await act(async () => root.unmount());
  root = createRoot(place);
}

export function button(text: string): HTMLButtonElement | undefined {
  return [...place.querySelectorAll('button')].find((one) => one.textContent === text);
}

/** Presses the button with exactly this text; a missing one fails the test. */
export function press(text: string): Promise<void> {
  return act(async () => {
    const found = button(text);
    if (!found) throw new Error(`no button says ${text}`);
    found.click();
  });
}

/** Types into a text field, or chooses in a list, as a browser does it. */
export function type(field: Element | null, text: string): Promise<void> {
  return act(async () => {
    if (!field) throw new Error('no such field');
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, text);
    field.dispatchEvent(
      new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }),
    );
  });
}
