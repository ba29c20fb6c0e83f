// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { place, show, type } from '../../kit/on-page';
import { ChatBox } from './chat-box';

let box: HTMLTextAreaElement;
let sent: string[];
let arrives: boolean;

beforeEach(async () => {
  sent = [];
  arrives = true;
  const send = async (text: string) => {
    sent.push(text);
    return arrives;
  };
  await show(<ChatBox send={send} />);
  box = place.querySelector('textarea') as HTMLTextAreaElement;
});

async function press(init: KeyboardEventInit & { keyCode?: number }): Promise<void> {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'keyCode', { value: init.keyCode ?? 13 });
  await act(async () => void box.dispatchEvent(event));
}

test('Enter sends once and empties the box', async () => {
  await type(box, '  老师好 ');
  await press({});
  expect([sent, box.value]).toEqual([['老师好'], '']);
});

test('the Enter of an input method sends nothing and keeps the text', async () => {
  await type(box, 'laoshi');
  await press({ isComposing: true });
  await press({ keyCode: 229 });
  expect([sent, box.value]).toEqual([[], 'laoshi']);
});

test('a text that did not arrive stays in the box', async () => {
  arrives = false;
  await type(box, '老师好');
  await press({});
  expect([sent, box.value]).toEqual([['老师好'], '老师好']);
});

test('blanks are not sent, nor is a text that is too long; emoji count as people see them', async () => {
  await type(box, '   ');
  await press({});
  await type(box, '字'.repeat(501));
  await press({});
  expect(sent).toEqual([]);
  expect(document.querySelector('[role=alert]')?.textContent).toBe('超出 1 字');
  await type(box, '😀'.repeat(500));
  await press({});
  expect(sent.length).toBe(1);
});
