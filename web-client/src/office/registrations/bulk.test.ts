import { describe, expect, test } from 'vitest';
import type { Decided, RegistrationLine, RegistrationPage } from '../../protocol';
import { decideInBatches, gather } from './bulk';

const quiet = { told: () => {}, stopped: () => false };
const line = (id: number) => ({ id }) as RegistrationLine;

/** 450 registrations, 200 at a time. */
async function page(after: number | null): Promise<RegistrationPage> {
  const from = (after ?? 0) + 1;
  const to = Math.min(450, from + 199);
  const rows = Array.from({ length: to - from + 1 }, (_, at) => line(from + at));
  return { rows, next: to < 450 ? to : null };
}

describe('gathering', () => {
  test('goes through all pages and leaves out what was left out', async () => {
    const told: number[] = [];
    const ids = await gather(page, new Set(['1', '450']), { ...quiet, told: (n) => told.push(n) });
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([448, 2, 449]);
    expect(told).toEqual([199, 399, 448]);
  });

  test('stops when it is told to', async () => {
    const ids = await gather(page, new Set(), { ...quiet, stopped: () => true });
    expect(ids.length).toBe(200);
  });
});

const approved = (ids: number[]): Decided => ({
  outcomes: ids.map((id) => ({
    id,
    state: id <= 300 ? 'approved' : 'waitlisted',
    refused: null,
    school: null,
  })),
  promoted: 0,
});
const IDS = Array.from({ length: 450 }, (_, at) => at + 1);

describe('deciding', () => {
  test('adds up what became of all, in the order given', async () => {
    const batches: number[][] = [];
    const summary = await decideInBatches(
      IDS,
      async (ids) => {
        batches.push(ids);
        return approved(ids);
      },
      quiet,
    );
    expect(batches.map((batch) => [batch[0], batch.length])).toEqual([
      [1, 200],
      [201, 200],
      [401, 50],
    ]);
    expect([...summary.states]).toEqual([
      ['approved', 300],
      ['waitlisted', 150],
    ]);
    expect([summary.left, summary.failure]).toEqual([0, null]);
  });

  test('refusals are kept by their reason, promotions counted', async () => {
    const summary = await decideInBatches(
      [1, 2, 3],
      async (ids) => ({
        outcomes: ids.map((id) => ({
          id,
          state: id === 1 ? ('withdrawn' as const) : null,
          refused: id === 1 ? null : id === 2 ? 'wrong_state' : 'school_full',
          school: id === 3 ? '宁波职院' : null,
        })),
        promoted: 1,
      }),
      quiet,
    );
    expect([...summary.refused]).toEqual([
      ['wrong_state', [2]],
      ['school_full', [3]],
    ]);
    expect([...summary.schools]).toEqual(['宁波职院']);
    expect([summary.promoted, summary.states.get('withdrawn')]).toEqual([1, 1]);
  });

  test('a lost answer ends it, and what is left is told', async () => {
    let turn = 0;
    const summary = await decideInBatches(
      IDS,
      async (ids) => {
        turn += 1;
        if (turn === 2) throw new Error('network');
        return approved(ids);
      },
      quiet,
    );
    expect([summary.states.get('approved'), summary.left, String(summary.failure)]).toEqual([
      200,
      250,
      'Error: network',
    ]);
  });

  test('it can be stopped between two batches', async () => {
    let done = 0;
    const watch = {
      told: (n: number) => {
        done = n;
      },
      stopped: () => done >= 200,
    };
    const summary = await decideInBatches(IDS, async (ids) => approved(ids), watch);
    expect([done, summary.left, summary.failure]).toEqual([200, 250, null]);
  });
});
