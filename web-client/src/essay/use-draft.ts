/**
 * Saves while the author types: on this device at once, on the server within seconds, and again when the network is
 * back.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf } from '../kit/use-loaded';
import type { MyEssay, SavedEssay } from '../protocol';
import { handIn, saveEssay } from './api';
import * as d from './draft';
import { deviceStorage, keepCopy, keyOf, takeCopy, windowOf } from './kept';

const SAVE_AFTER_MS = 1_200;
const AGAIN_AFTER_MS = 5_000;
/** The refusals that pass by themselves, or after signing in again. */
const PASSING = ['network', 'unavailable', 'busy', 'too_fast', 'signed_out'];

interface Of {
  seat: string;
  person: string;
  phase: string;
  first: MyEssay;
}

export interface Writing {
  draft: d.Draft;
  /** The time at which the server took the last text; null = never. */
  savedAtMs: number | null;
  /** Whether this device keeps a copy of the text that the server does not have. */
  isKept: boolean;
  type: (text: string) => void;
  settle: (text: string) => void;
  /** Hands in the present text; null = another device saved meanwhile, and the author decides first. */
  handIn: () => Promise<MyEssay | null>;
}

export function useDraft({ seat, person, phase, first }: Of): Writing {
  const key = keyOf(person, phase);
  const [own] = useState(() => windowOf(key, deviceStorage('session')));
  const [draft, setDraft] = useState(() => {
    const opened = d.opened(first, takeCopy(key, own, deviceStorage('local')));
    keepCopy(key, own, d.copyOf(opened), deviceStorage('local'));
    return opened;
  });
  const [savedAtMs, setSavedAtMs] = useState(first.saved_at_ms);
  const [isKept, setIsKept] = useState(true);
  const latest = useRef(draft);
  const flight = useRef<Promise<void> | null>(null);

  const change = useCallback(
    (next: d.Draft) => {
      latest.current = next;
      setDraft(next);
      setIsKept(keepCopy(key, own, d.copyOf(next), deviceStorage('local')));
    },
    [key, own],
  );
  const answered = useCallback(
    ({ type, essay }: SavedEssay) => {
      change(type === 'saved' ? d.arrived(latest.current, essay) : d.clashed(latest.current, essay));
      if (type === 'saved') setSavedAtMs(essay.saved_at_ms);
    },
    [change],
  );
  /** One request at a time: the next one names the revision that this one makes. */
  const send = useCallback(
    (ask: (body: d.Text) => Promise<SavedEssay>, isSave: boolean) => {
      change(d.sent(latest.current));
      const { text, revision } = latest.current;
      const asked = ask({ revision, text });
      flight.current = asked
        .then(answered, (error: unknown) => {
          const { code } = problemOf(error);
          const passes = PASSING.includes(code) || code.startsWith('http_5');
          if (passes) change(d.lost(latest.current));
          else change(isSave ? d.refused(latest.current, code) : d.freed(latest.current));
        })
        .finally(() => {
          flight.current = null;
        });
      return asked;
    },
    [change, answered],
  );
  const save = useCallback(() => {
    if (flight.current !== null || !d.isWaiting(latest.current)) return;
    send((body) => saveEssay(seat, phase, body), true).catch(() => {}); // The draft knows.
  }, [send, seat, phase]);
  useSaving(draft, save);

  const type = useCallback((text: string) => change(d.typed(latest.current, text)), [change]);
  const settle = useCallback((text: string) => change(d.settled(latest.current, text)), [change]);
  const hand = useCallback(async () => {
    await flight.current;
    if (latest.current.other !== null) return null;
    const { type: kind, essay } = await send((body) => handIn(seat, phase, body), false);
    await flight.current;
    return kind === 'saved' ? essay : null;
  }, [send, seat, phase]);
  return { draft, savedAtMs, isKept, type, settle, handIn: hand };
}

/** Saves soon after typing, when the page is hidden, and when the network is back. */
function useSaving(draft: d.Draft, save: () => void): void {
  const waiting = d.isWaiting(draft);
  const { offline } = draft;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(save, offline ? AGAIN_AFTER_MS : SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [waiting, offline, save]);
  useEffect(() => {
    const hidden = () => document.visibilityState === 'hidden' && save();
    window.addEventListener('online', save);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      window.removeEventListener('online', save);
      document.removeEventListener('visibilitychange', hidden);
    };
  }, [save]);
}
