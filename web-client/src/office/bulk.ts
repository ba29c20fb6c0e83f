/**
 * Decisions on many registrations: all ids that match are gathered first, in the order of submission,
 * then decided in batches, so that one can see how far it is and stop. What is done stays done.
 */
import type { Decided, RegistrationPage, RegistrationState } from '../protocol';

/** Few enough for an answer within seconds, enough for 10,000 within a minute or two. */
const BATCH = 200;

export interface Watch {
  /** Told after every step. */
  told: (done: number) => void;
  stopped: () => boolean;
}

/** Ids of all that match but `except`; those found so far when it is stopped. */
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

/** The sum over all ids of what is counted in each batch. */
export async function compareInBatches(
  ids: readonly number[],
  count: (ids: number[]) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (let at = 0; at < ids.length; at += BATCH) sum += await count(ids.slice(at, at + BATCH));
  return sum;
}

export interface Summary {
  /** How many are in which state now. */
  states: Map<RegistrationState, number>;
  /** Ids by the reason of the refusal. */
  refused: Map<string, number[]>;
  /** Schools that had as many as the phase allows. */
  schools: Set<string>;
  promoted: number;
  /** Not decided: stopped, or the server did not answer. */
  left: number;
  /** Why it ended early. */
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
