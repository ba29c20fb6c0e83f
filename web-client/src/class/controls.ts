/** The switches of a person in a lesson, with words for every failure. */
import { useCallback, useMemo } from 'react';
import { useSpeaker } from '../kit/toasts';
import type { Command, SourceKind, Want } from '../protocol';
import { type RefusalWords, useAttempt } from './attempt';
import { handIsUp } from './classroom';
import type { Lesson } from './lesson';
import { useClassText } from './text';

export interface Controls {
  /** Resolves to whether it was done; a failure has been told by then. */
  act: (command: Command, words?: RefusalWords) => Promise<boolean>;
  toggle: (kind: SourceKind) => void;
  turnOn: (kind: SourceKind) => Promise<boolean>;
  toggleHand: () => void;
  want: (want: Want) => void;
}

export function useControls(lesson: Lesson): Controls {
  const { t } = useClassText();
  const attempt = useAttempt();
  const { say } = useSpeaker();
  const act = useCallback(
    (command: Command, words?: RefusalWords) => attempt(lesson.command(command), words),
    [lesson, attempt],
  );
  return useMemo(() => {
    const turnOn = (kind: SourceKind) => attempt(lesson.publisher.turnOn(kind));
    return {
      act,
      turnOn,
      toggle: (kind) => {
        if (lesson.publisher.local[kind].track) void lesson.publisher.turnOff(kind);
        else void turnOn(kind);
      },
      toggleHand: async () => {
        const up = !handIsUp(lesson.view().classroom);
        if ((await act({ do: 'hand', up })) && up) say(t.told.handUp);
      },
      want: (want) => void attempt(lesson.setWant(want)),
    };
  }, [lesson, act, attempt, say, t]);
}
