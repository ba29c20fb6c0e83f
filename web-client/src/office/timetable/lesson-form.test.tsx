// @vitest-environment happy-dom
import { act } from 'react';
import { expect, test } from 'vitest';
import { place, show } from '../../kit/on-page';
import type { Concern } from '../../protocol';
import { DeskContext } from '../desk';
import { desk } from '../fixtures';
import { draftOfLesson, LessonForm } from './lesson-form';

const TOO_SHORT: Concern = {
  kind: 'too_short',
  instructor: null,
  count: 1,
  lessons: [
    {
      lesson: null,
      title: '第一讲',
      class_name: '001',
      planned_start_ms: 1_605_610_800_000,
      planned_end_ms: 1_605_614_400_000,
      credit_ch: 200,
      worth_ch: 133,
    },
  ],
};

async function submit(): Promise<void> {
  const form = place.querySelector('form') as HTMLFormElement;
  await act(async () => form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
}

test('what is unusual is told before a lesson is saved, and saved when it is meant', async () => {
  const sent: string[] = [];
  const done: boolean[] = [];
  const first = { ...draftOfLesson(null, Date.now()), title: '第一讲' };
  const form = (check: () => Promise<Concern[]>) => (
    <DeskContext value={desk()}>
      <LessonForm
        first={first}
        asksCredit
        check={check}
        send={async ({ title }) => sent.push(title)}
        onDone={(saved) => done.push(saved)}
      />
    </DeskContext>
  );
  await show(form(async () => [TOO_SHORT]));
  await submit();
  expect(sent).toEqual([]);
  expect(place.textContent).toContain('定 2 学时，时长合 1.33 学时');
  await submit();
  expect([sent, done]).toEqual([['第一讲'], [true]]);
});

test('a usual lesson is saved at once', async () => {
  const sent: string[] = [];
  const first = { ...draftOfLesson(null, Date.now()), title: '第一讲' };
  await show(
    <DeskContext value={desk()}>
      <LessonForm
        first={first}
        asksCredit
        check={async () => []}
        send={async ({ title }) => sent.push(title)}
        onDone={() => {}}
      />
    </DeskContext>,
  );
  await submit();
  expect(sent).toEqual(['第一讲']);
});
