/**
 * Decisions on many registrations: all ids that match are gathered first, in the order of submission, then decided in
 * batches, so that the progress can be seen and the run stopped. Decisions that were taken stay.
 */
import type { Decided, RegistrationPage, RegistrationState } from '../../protocol';

/** Few enough for an answer within seconds, enough for 10,000 within a minute or two. */
const BATCH = 200;

export interface Watch {
  /** Called after every step. */
  told: (done: number) => void;
  stopped: () => boolean;
}

/** The ids of all that match, except `except`; those found so far when it is stopped. */
export async function gather(
  page: (after: number | null) => Promise<RegistrationPage>,
  except: ReadonlySet<string>,
  { told, stopped }: Watch,
): Promise<number[]> {
  const ids: number[] = [];
  let after: number | null = null;
  do {
    const found: RegistrationPage = await page(after);
    ids.push(...found.rows.map(({ id }) => id).filter((id) => !except.has(String(id))));
    told(ids.length);
    after = found.next;
  } while (after !== null && !stopped());
  return ids;
}

/** The sum over all ids of the count of each batch. */
export async function compareInBatches(
  ids: readonly number[],
  count: (ids: number[]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (let at = 0; at < ids.length; at += BATCH) sum += await count(ids.slice(at, at + BATCH));
  return sum;
}

export interface Summary {
  /** The number of registrations by their present state. */
  states: Map<RegistrationState, number>;
  /** The ids by the reason of the refusal. */
  refused: Map<string, number[]>;
  /** The schools that had as many people as the phase allows. */
  schools: Set<string>;
  promoted: number;
  /** The number of undecided ones: the run was stopped, or the server did not answer. */
  left: number;
  /** The reason why it ended early. */
  failure: unknown;
}

export const NOTHING_DONE: Summary = {
  states: new Map(),
  refused: new Map(),
  schools: new Set(),
  promoted: 0,
  left: 0,
  failure: null,
};

export async function decideInBatches(
  ids: readonly number[],
  decide: (ids: number[]) => Promise<Decided>,
  { told, stopped }: Watch,
): Promise<Summary> {
  const summary: Summary = { ...NOTHING_DONE, states: new Map(), refused: new Map(), schools: new Set() };
  let at = 0;
  while (at < ids.length && !stopped()) {
    const batch = ids.slice(at, at + BATCH);
    try {
      add(summary, await decide(batch));
    } catch (error) {
      summary.failure = error;
      break;
    }
    at += batch.length;
    told(at);
  }
  summary.left = ids.length - at;
  return summary;
}

function add(summary: Summary, { outcomes, promoted }: Decided): void {
  summary.promoted += promoted;
  for (const { id, state, refused, school } of outcomes) {
    if (school !== null) summary.schools.add(school);
    if (refused !== null) summary.refused.set(refused, [...(summary.refused.get(refused) ?? []), id]);
    else if (state !== null) summary.states.set(state, (summary.states.get(state) ?? 0) + 1);
  }
}
