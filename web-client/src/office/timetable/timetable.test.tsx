// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { place, show } from '../../kit/on-page';
import type { Class, Phase } from '../../protocol';
import { DeskContext, PhaseContext } from '../desk';
import { desk } from '../fixtures';
import Timetable from './timetable';

const phase = { id: 'zp-1', number: 1, title: '团队建设', hours_ch: 1000 } as Phase;
const classes = ['1', '2'].map(
  (id) =>
    ({
      id,
      number: Number(id),
      track: '',
      capacity: 100,
      members: 0,
      host: '',
      host_kind: null,
    }) satisfies Class,
);

let answer: () => void = () => {};

beforeEach(() => {
  vi.stubGlobal('fetch', async (address: string) => {
    // The lessons of a class come when the test wants them.
    if (address.includes('/timetable')) await new Promise<void>((resolve) => (answer = resolve));
    const body = address.includes('/timetable')
      ? { class_name: '1', lessons: [], now_ms: 0 }
      : address.endsWith('/classes') || address.includes('/classes?')
        ? classes
        : [];
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
  });
});

async function open(query: string): Promise<void> {
  history.replaceState(null, '', `/office/timetable?${query}`);
  await show(
    <DeskContext value={desk({ may: (action) => action !== 'see_networks' })}>
      <PhaseContext value={phase}>
        <Timetable />
      </PhaseContext>
    </DeskContext>,
  );
  await act(async () => {});
  await act(async () => {});
}

test('recording sessions are there before a class is chosen', async () => {
  await open('as=s&phase=zp-1');
  expect(place.textContent).toContain('录课');
});

test('recording sessions wait for the lessons that would push them away', async () => {
  await open('as=s&phase=zp-1&class=1');
  expect(place.textContent).not.toContain('录课');
  await act(async () => answer());
  await act(async () => {});
  expect(place.textContent).toContain('录课');
});
