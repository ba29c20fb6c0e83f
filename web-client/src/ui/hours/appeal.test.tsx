// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem } from '../../api';
import { appeal, myLesson } from '../../hours/fixtures';
import { AppealArea, AppealForm } from './appeal';

let root: Root;
let place: HTMLElement;
let sent: string[];
let done: number;
let refusal: string | null;

const send = async (text: string) => {
  sent.push(text);
  if (refusal) throw new ApiProblem(refusal, '');
};

const box = () => place.querySelector('textarea') as HTMLTextAreaElement;
const button = (text: string) =>
  [...place.querySelectorAll('button')].find((one) => one.textContent === text) as HTMLButtonElement;

async function write(text: string): Promise<void> {
  await act(async () => {
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
    set?.call(box(), text);
    box().dispatchEvent(new Event('input', { bubbles: true }));
  });
}

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  sent = [];
  done = 0;
  refusal = null;
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
});

describe('the form', () => {
  beforeEach(() => act(async () => root.render(<AppealForm send={send} onSent={() => (done += 1)} />)));

  test('sends the text once, without blanks around it', async () => {
    await write('  停电了 ');
    await act(async () => button('提交申诉').click());
    expect([sent, done]).toEqual([['停电了'], 1]);
  });

  test('sends nothing that is empty or too long, and says by how much', async () => {
    expect(button('提交申诉').disabled).toBe(true);
    await write('字'.repeat(1002));
    expect(button('提交申诉').disabled).toBe(true);
    expect(place.querySelector('[role=alert]')?.textContent).toBe('超出 2 字');
  });

  test('Enter writes a line and never sends, whoever composes', async () => {
    await write('停电了');
    for (const isComposing of [true, false]) {
      await act(async () => {
        box().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing }));
      });
    }
    expect(sent).toEqual([]);
  });

  test('what was refused stays, with the reason in words', async () => {
    refusal = 'appeal_over';
    await write('停电了');
    await act(async () => button('提交申诉').click());
    expect(place.querySelector('[role=alert]')?.textContent).toContain('申诉期已过');
    expect([box().value, done]).toEqual(['停电了', 0]);
  });

  test('an unheard-of code has words as well', async () => {
    refusal = 'constructor';
    await write('停电了');
    await act(async () => button('提交申诉').click());
    expect(place.querySelector('[role=alert]')?.textContent).toContain('没有办成');
  });
});

describe('the appeals of a lesson', () => {
  const show = (area: Partial<Parameters<typeof AppealArea>[0]>) =>
    act(async () =>
      root.render(<AppealArea lesson={myLesson()} appeals={[]} seat="s" onChange={() => {}} {...area} />),
    );

  test('one may be opened while there is time, and the time is told', async () => {
    await show({});
    expect(button('申诉').getAttribute('aria-expanded')).toBe('false');
    expect(place.textContent).toContain('前可以申诉');
    await act(async () => button('申诉').click());
    expect(box()).not.toBeNull();
  });

  test('no second one while the first is looked at', async () => {
    for (const state of ['open', 'waits'] as const) {
      await show({ appeals: [appeal({ state })] });
      expect(button('申诉')).toBeUndefined();
    }
    expect(place.textContent).toContain('第二位管理员');
  });

  test('the answer is shown, and another one may follow', async () => {
    await show({ appeals: [appeal({ state: 'dismissed', answer: '记录无误' })] });
    expect(place.textContent).toContain('记录无误');
    expect(button('申诉')).toBeDefined();
  });

  test('afterwards it is too late', async () => {
    await show({ lesson: myLesson({ appeal_until_ms: null }) });
    expect(button('申诉')).toBeUndefined();
    expect(place.textContent).toContain('申诉期已过');
  });
});
