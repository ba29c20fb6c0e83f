/** What the person can switch on and off in a lesson, with words for every failure. */
import { useCallback, useMemo } from 'react';
import { handIsUp } from '../classroom';
import type { Lesson } from '../lesson';
import type { Command, SourceKind, Want } from '../protocol';
import { useText } from './text';
import { type RefusalWords, useSpeaker } from './toasts';

export interface Controls {
  /** Resolves to whether it was done; a failure has been told by then. */
  act: (command: Command, words?: RefusalWords) => Promise<boolean>;
  toggle: (kind: SourceKind) => void;
  turnOn: (kind: SourceKind) => Promise<boolean>;
  toggleHand: () => void;
  want: (want: Want) => void;
}

export function useControls(lesson: Lesson): Controls {
  const { t } = useText();
  const { attempt, say } = useSpeaker();
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
