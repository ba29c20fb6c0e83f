/** Something that is asked from the server, and asked again after it was changed. */
import { useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../api';

export interface Loaded<T> {
  value: T | null;
  /** Code of why there is none, or none that is new. */
  problem: string | null;
  /** Something is asked for, and `value` may be what was asked before. */
  busy: boolean;
  reload: () => void;
}

/** `load` must stay the same function for as long as the same thing is asked. */
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
  /** Code of why the last one was refused. */
  problem: string | null;
  /** All that the server said about it. */
  refusal: ApiProblem | null;
  /** True: it was done. */
  send: (work: () => Promise<unknown>) => Promise<boolean>;
  /** What was refused before is not what is wrong now. */
  clear: () => void;
}

/** One request at a time, and why it was refused. */
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

/** Anything that is no answer of the server is told as a lost connection. */
export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('network', String(error));
}
