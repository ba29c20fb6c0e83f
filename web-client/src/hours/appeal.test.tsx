// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, describe, expect, test } from 'vitest';
import { ApiProblem } from '../api';
import { button, place, press, show, type } from '../kit/on-page';
import { AppealArea, AppealForm } from './appeal';
import { appeal, myLesson } from './fixtures';

let sent: string[];
let done: number;
let refusal: string | null;

const send = async (text: string) => {
  sent.push(text);
  if (refusal) throw new ApiProblem(refusal, '');
};

const box = () => place.querySelector('textarea') as HTMLTextAreaElement;

const write = (text: string) => type(box(), text);

beforeEach(() => {
  sent = [];
  done = 0;
  refusal = null;
});

describe('the form', () => {
  beforeEach(() => show(<AppealForm send={send} onSent={() => (done += 1)} />));

  test('sends the text once, without blanks around it', async () => {
    await write('  停电了 ');
    await press('提交申诉');
    expect([sent, done]).toEqual([['停电了'], 1]);
  });

  test('sends nothing that is empty or too long, and says by how much', async () => {
    expect(button('提交申诉')?.disabled).toBe(true);
    await write('字'.repeat(1002));
    expect(button('提交申诉')?.disabled).toBe(true);
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
    await press('提交申诉');
    expect(place.querySelector('[role=alert]')?.textContent).toContain('申诉期已过');
    expect([box().value, done]).toEqual(['停电了', 0]);
  });

  test('an unheard-of code has words as well', async () => {
    refusal = 'constructor';
    await write('停电了');
    await press('提交申诉');
    expect(place.querySelector('[role=alert]')?.textContent).toContain('没有办成');
  });
});

describe('the appeals of a lesson', () => {
  const area = (given: Partial<Parameters<typeof AppealArea>[0]>) =>
    show(<AppealArea lesson={myLesson()} appeals={[]} seat="s" onChange={() => {}} {...given} />);

  test('one may be opened while there is time, and the time is told', async () => {
    await area({});
    expect(button('申诉')?.getAttribute('aria-expanded')).toBe('false');
    expect(place.textContent).toContain('前可以申诉');
    await press('申诉');
    expect(box()).not.toBeNull();
  });

  test('no second one while the first is looked at', async () => {
    for (const state of ['open', 'waits'] as const) {
      await area({ appeals: [appeal({ state })] });
      expect(button('申诉')).toBeUndefined();
    }
    expect(place.textContent).toContain('第二位管理员');
  });

  test('the answer is shown, and another one may follow', async () => {
    await area({ appeals: [appeal({ state: 'dismissed', answer: '记录无误' })] });
    expect(place.textContent).toContain('记录无误');
    expect(button('申诉')).toBeDefined();
  });

  test('afterwards it is too late', async () => {
    await area({ lesson: myLesson({ appeal_until_ms: null }) });
    expect(button('申诉')).toBeUndefined();
    expect(place.textContent).toContain('申诉期已过');
  });
});
