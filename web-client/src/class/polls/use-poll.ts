/** This person's answer to a poll; one given offline is sent when the connection is back. */
import { useEffect, useState } from 'react';
import { useSpeaker } from '../../kit/toasts';
import { refusalText } from '../attempt';
import type { Lesson, LessonView } from '../lesson';
import { CommandError } from '../link/signal';
import { useClassText } from '../text';
import { answerTo } from './polls';

interface Given {
  poll: number;
  choices: number[];
  is: 'unsent' | 'sending';
}

export interface OwnAnswer {
  /** The latest choices, whether the server has them or not. */
  choices: readonly number[];
  /** The state of the choices on their way; null = the server has them. */
  waits: Given['is'] | null;
  give: (choices: number[]) => void;
}

export function usePollAnswer(
  lesson: Pick<Lesson, 'command' | 'view'>,
  view: LessonView,
  poll: number,
): OwnAnswer {
  const { t } = useClassText();
  const { say } = useSpeaker();
  const [given, setGiven] = useState<Given | null>(null);
  const online = view.signal.is === 'online';

  useEffect(() => {
    // The view may be a moment old; the lesson itself knows whether there is a connection.
    if (given?.is !== 'unsent' || !online || lesson.view().signal.is !== 'online') return;
    const { poll, choices } = given;
    const sent: Given = { poll, choices, is: 'sending' };
    // A person who chose anew meanwhile sends the new choice.
    const becomes = (next: Given | null) => setGiven((now) => (now === sent ? next : now));
    setGiven(sent);
    lesson.command({ do: 'answer_poll', poll, choices }).then(
      () => becomes(null),
      (error: unknown) => {
        const reason = error instanceof CommandError ? error.reason : 'lost';
        becomes(reason === 'lost' ? { ...sent, is: 'unsent' } : null);
        if (reason !== 'lost') say(refusalText(reason, t, t.polls.refusal), 'problem');
      },
    );
  }, [given, online, lesson, say, t]);

  const own = given?.poll === poll ? given : null;
  return {
    choices: own?.choices ?? answerTo(view.classroom.room?.poll_answers ?? [], poll),
    waits: own?.is ?? null,
    give: (choices) => setGiven({ poll, choices, is: 'unsent' }),
  };
}
