/** Keeps the recording's description: asks again while the class runs, and while the replay is being made. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api';
import type { Replay } from '../../protocol';
import { type Place, replayAt } from '../../replay/api';

const LIVE_EVERY_MS = 4_000;
const NOT_READY_EVERY_MS = 2_000;

export interface Loaded {
  replay: Replay | null;
  /** Code of why there is none. */
  problem: string | null;
  /** Asks now, e.g. after something was changed. */
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
        // What was loaded plays on; only the news is missing.
        if (!had || code === 'signed_out' || code === 'not_allowed') setProblem(code);
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
