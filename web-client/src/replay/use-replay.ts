/** Keeps the recording's description: requests it again while the class runs, and while the replay is being made. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../api';
import type { Replay } from '../protocol';
import { type Place, replayAt } from './api';

/** The codes after which another request cannot help. */
export const FINAL = [
  'not_found',
  'not_allowed',
  'not_yet',
  'cancelled',
  'unpublished',
  'signed_out',
  'which_seat',
];

const LIVE_EVERY_MS = 4_000;
const NOT_READY_EVERY_MS = 2_000;

export interface Loaded {
  replay: Replay | null;
  /** The code of the reason why there is no recording. */
  problem: string | null;
  /** Requests it now, e.g. after a change. */
  reload: () => void;
}

export function useReplay(place: Place): Loaded {
  const [replay, setReplay] = useState<Replay | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = useRef<() => void>(() => {});
  const { lesson, seat } = place;

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let had = false;
    const again = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => void load(), ms);
    };
    const load = async () => {
      try {
        const found = await replayAt({ lesson, seat }, abort.signal);
        had = true;
        setReplay(found);
        setProblem(null);
        if (found.live) again(LIVE_EVERY_MS);
      } catch (error) {
        if (abort.signal.aborted) return;
        const code = error instanceof ApiProblem ? error.code : 'network';
        // Loaded media play on where only the news is missing.
        const final = FINAL.includes(code);
        if (!had || final) setProblem(code);
        if (final) return;
        if (code === 'not_ready') again(NOT_READY_EVERY_MS);
        else if (had) again(LIVE_EVERY_MS);
      }
    };
    ask.current = () => again(0);
    void load();
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [lesson, seat]);

  return { replay, problem, reload: useCallback(() => ask.current(), []) };
}
