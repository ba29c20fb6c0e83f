// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { phase } from '../../enrol/fixtures';
import { button, place, press, show } from '../../kit/on-page';
import { DeskContext, PhaseContext } from '../desk';
import { desk } from '../fixtures';
import { BulkDialog } from './bulk-bar';
import { ANY } from './filter';

const sent = vi.hoisted(() => ({ batches: [] as number[][] }));

// A batch that is on its way for as long as the test lasts.
vi.mock(import('../api'), async (original) => ({
  ...(await original()),
  decide: (_seat, _phase, { ids }) => {
    sent.batches.push([...ids]);
    return new Promise(() => {});
  },
}));

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => {};
});

test('with Esc a running decision says at once that it is stopping', async () => {
  await show(
    <DeskContext value={desk()}>
      <PhaseContext value={phase()}>
        <BulkDialog
          decision="waitlist"
          filter={ANY}
          selection={{ all: false, ids: new Set(['7']) }}
          count={1}
          seatsLeft={null}
          onClose={() => {}}
        />
      </PhaseContext>
    </DeskContext>,
  );
  await press(place.querySelector('.button.primary')?.textContent ?? '');
  expect(sent.batches).toEqual([[7]]);
  expect(place.textContent).not.toContain('正在停止…');
  await act(async () => place.querySelector('dialog')?.dispatchEvent(new Event('cancel')));
  expect(place.textContent).toContain('正在停止…');
  expect(button('停止')?.disabled).toBe(true);
});
