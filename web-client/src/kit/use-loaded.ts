/** Data that is requested from the server, and requested again after a change. */
import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../api';

export interface Loaded<T> {
  value: T | null;
  /** The code of the reason why there is no value, or no new one. */
  problem: string | null;
  /** Whether a request is under way, in which case `value` may be the earlier one. */
  busy: boolean;
  reload: () => void;
}

/** Loads a value; `load` must stay the same function for as long as the same value is wanted. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    const abort = new AbortController();
    setBusy(true);
    load(abort.signal).then(
      (found) => {
        if (abort.signal.aborted) return;
        setValue(found);
        setProblem(null);
        setBusy(false);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setProblem(problemOf(error).code);
        setBusy(false);
      },
    );
    return () => abort.abort();
  }, [load, turn]);

  return { value, problem, busy, reload: useCallback(() => setTurn((now) => now + 1), []) };
}

export interface Sending {
  busy: boolean;
  /** The code of the reason why the last request was refused. */
  problem: string | null;
  /** All that the server said about it. */
  refusal: ApiProblem | null;
  /** Sends a request; resolves to whether it was done. */
  send: (work: () => Promise<unknown>) => Promise<boolean>;
  /** Forgets the refusal of an earlier request. */
  clear: () => void;
}

/** One request at a time, with the reason of its refusal. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ApiProblem | null>(null);
  const send = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
      return true;
    } catch (error) {
      setRefusal(problemOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setRefusal(null), []);
  return { busy, problem: refusal?.code ?? null, refusal, send, clear };
}

/** The problem of a failure; anything that is no answer of the server counts as a lost connection. */
export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('network', String(error));
}
