// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChatBox } from './chat-box';

let root: Root;
let box: HTMLTextAreaElement;
let sent: string[];
let arrives: boolean;

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  sent = [];
  arrives = true;
  const place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
  const send = async (text: string) => {
    sent.push(text);
    return arrives;
  };
  await act(async () => root.render(<ChatBox send={send} />));
  box = place.querySelector('textarea') as HTMLTextAreaElement;
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
});

async function type(text: string): Promise<void> {
  await act(async () => {
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
    set?.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(init: KeyboardEventInit & { keyCode?: number }): Promise<void> {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'keyCode', { value: init.keyCode ?? 13 });
  await act(async () => void box.dispatchEvent(event));
}

test('Enter sends once and empties the box', async () => {
  await type('  老师好 ');
  await press({});
  expect([sent, box.value]).toEqual([['老师好'], '']);
});

test('the Enter of an input method sends nothing and keeps the text', async () => {
  await type('laoshi');
  await press({ isComposing: true });
  await press({ keyCode: 229 });
  expect([sent, box.value]).toEqual([[], 'laoshi']);
});

test('a text that did not arrive stays in the box', async () => {
  arrives = false;
  await type('老师好');
  await press({});
  expect([sent, box.value]).toEqual([['老师好'], '老师好']);
});

test('blanks are not sent, nor is a text that is too long; emoji count as people see them', async () => {
  await type('   ');
  await press({});
  await type('字'.repeat(501));
  await press({});
  expect(sent).toEqual([]);
  expect(document.querySelector('[role=alert]')?.textContent).toBe('超出 1 字');
  await type('😀'.repeat(500));
  await press({});
  expect(sent.length).toBe(1);
});
