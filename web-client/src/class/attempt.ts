/** Waits for a person's request in the class, and gives the reason if it failed. */
import { useCallback, useRef } from 'react';
import { useSpeaker } from '../kit/toasts';
import { MediaError } from './devices/devices';
import { CommandError } from './link/signal';
import { useClassText } from './text';
import type { ClassTexts } from './texts.zh';

export type RefusalWords = Partial<ClassTexts['refusal']>;

/** Resolves to whether it worked. `words` are better than the common ones for this request. */
export type Attempt = (work: Promise<unknown>, words?: RefusalWords) => Promise<boolean>;

export function useAttempt(): Attempt {
  const { t } = useClassText();
  const { say } = useSpeaker();
  const texts = useRef(t);
  texts.current = t;
  return useCallback(
    async (work, words) => {
      try {
        await work;
        return true;
      } catch (error) {
        say(troubleText(error, texts.current, words), 'problem');
        // Done, and stored later: sending it again would do it twice.
        return error instanceof CommandError && error.reason === 'waits';
      }
    },
    [say],
  );
}

export function refusalText(reason: CommandError['reason'], t: ClassTexts, words: RefusalWords = {}): string {
  return words[reason] ?? t.refusal[reason];
}

/** The sentence for a failure of ours; an unknown one is shown as a lost connection. */
function troubleText(error: unknown, t: ClassTexts, words?: RefusalWords): string {
  if (error instanceof MediaError) return t.device[error.reason];
  return refusalText(error instanceof CommandError ? error.reason : 'lost', t, words);
}
