/** Saves answers as they are given, one at a time, and again when the network is back. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf } from '../kit/use-loaded';
import type { QuizAnswer, QuizPaper } from '../protocol';
import { saveAnswer } from './api';
import * as p from './paper';

/** While somebody types. */
const SAVE_AFTER_MS = 700;
const AGAIN_AFTER_MS = 4_000;
/** Refusals that pass by themselves, or when one signs in again. */
const PASSING = ['network', 'unavailable', 'busy', 'too_fast', 'signed_out'];

export interface UseTaking {
  taking: p.Taking;
  /** Code of why the last answer was not taken. */
  problem: string | null;
  answer: (place: number, answer: QuizAnswer) => void;
  /** True: the server has everything. */
  settle: () => Promise<boolean>;
}

/** `onStale`: the server knows more than this device, which asks anew. */
export function useTaking(seat: string, phase: string, paper: QuizPaper, onStale: () => void): UseTaking {
  const [taking, setTaking] = useState(() => p.opened(paper));
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef(taking);
  const flight = useRef<Promise<void> | null>(null);
  const change = useCallback((next: p.Taking) => {
    latest.current = next;
    setTaking(next);
  }, []);
  const save = useCallback(() => {
    const place = p.waiting(latest.current);
    if (flight.current !== null || place === null) return;
    change(p.sent(latest.current, place));
    const slot = latest.current.slots[place];
    if (!slot) return;
    const body = { answer: slot.answer, times: slot.times };
    flight.current = saveAnswer(seat, phase, paper.number, place, body)
      .then(
        ({ times }) => {
          setProblem(null);
          change(p.arrived(latest.current, times));
        },
        (error: unknown) => {
          const { code } = problemOf(error);
          if (PASSING.includes(code) || code.startsWith('http_5')) return change(p.lost(latest.current));
          setProblem(code);
          change(p.refused(latest.current));
          if (code === 'quiz_elsewhere' || code === 'quiz_ended') onStale();
        },
      )
      .finally(() => {
        flight.current = null;
      });
  }, [seat, phase, paper.number, change, onStale]);
  useSaving(taking, save);
  useEffect(() => change(p.merged(latest.current, paper)), [paper, change]);
  const answer = useCallback(
    (place: number, next: QuizAnswer) => change(p.answered(latest.current, place, next)),
    [change],
  );
  const settle = useCallback(async () => {
    await flight.current;
    while (p.waiting(latest.current) !== null) {
      save();
      await flight.current;
      if (latest.current.offline) return false;
    }
    return true;
  }, [save]);
  return { taking, problem, answer, settle };
}

/** At once, shortly after something was typed, when the page is hidden, and when the network is back. */
function useSaving(taking: p.Taking, save: () => void): void {
  const place = p.waiting(taking);
  const answer = place === null ? undefined : taking.slots[place]?.answer;
  const { offline, flying } = taking;
  useEffect(() => {
    if (answer === undefined || flying !== null) return;
    const typed = answer.answer === 'words' ? SAVE_AFTER_MS : 0;
    const timer = setTimeout(save, offline ? AGAIN_AFTER_MS : typed);
    return () => clearTimeout(timer);
  }, [answer, flying, offline, save]);
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
