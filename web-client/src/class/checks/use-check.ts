/** The open check and this person's answer to it; an answer given offline is sent when the connection is back. */
import { useCallback, useEffect, useState } from 'react';
import { useSpeaker } from '../../kit/toasts';
import type { OpenCheck } from '../../protocol';
import { refusalText } from '../attempt';
import type { Lesson, LessonView } from '../lesson';
import { CommandError } from '../link/signal';
import { useClassText } from '../text';
import { type Answer, afterRefusal, type Phase, phaseOf } from './check';

/** The time for which "confirmed" is shown. */
const DONE_MS = 2_000;

export interface CheckView {
  open: OpenCheck | null;
  phase: Phase;
  answer: () => void;
}

export function useCheck(lesson: Pick<Lesson, 'command' | 'view'>, view: LessonView): CheckView {
  const { t } = useClassText();
  const { say } = useSpeaker();
  const open = view.classroom.room?.check ?? null;
  const [given, setGiven] = useState<Answer | null>(null);
  const online = view.signal.is === 'online';

  useEffect(() => {
    // The view may be a moment old; the lesson itself knows whether there is a connection.
    if (given?.is !== 'unsent' || !online || lesson.view().signal.is !== 'online') return;
    const { check } = given;
    const change = (next: (answer: Answer) => Answer | null) =>
      setGiven((now) => (now?.check === check ? next(now) : now));
    setGiven({ check, is: 'sending' });
    lesson.command({ do: 'answer_check', check }).then(
      () => change((answer) => ({ ...answer, is: 'done' })),
      (error: unknown) => {
        const reason = error instanceof CommandError ? error.reason : 'lost';
        change((answer) => afterRefusal(answer, reason));
        if (reason !== 'lost') say(refusalText(reason, t, t.inClass.check.refusal), 'problem');
      },
    );
  }, [given, online, lesson, say, t]);

  useEffect(() => {
    if (given?.is !== 'done') return;
    const timer = setTimeout(() => setGiven({ ...given, is: 'settled' }), DONE_MS);
    return () => clearTimeout(timer);
  }, [given]);

  const answer = useCallback(() => {
    if (open) setGiven({ check: open.check, is: 'unsent' });
  }, [open]);
  return { open, phase: phaseOf(open, given), answer };
}
