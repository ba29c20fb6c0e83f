/**
 * Short sentences that come and go, read out politely; and the helper that says why a command failed.
 * `Toasts` shows them and belongs into the area beside the picture, never over it.
 */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { MediaError } from '../devices';
import type { Texts } from '../i18n';
import { CommandError } from '../signal';
import { Icon } from './icons';
import { useText } from './text';

export type ToastTone = 'plain' | 'problem' | 'notice';

interface Toast {
  id: number;
  text: string;
  tone: ToastTone;
}

/** Long enough to read two lines; notices stay until they are closed. */
const TOAST_MS = 6_000;
const TOASTS_MAX = 3;

interface Speaker {
  say: (text: string, tone?: ToastTone) => void;
  /**
   * Waits for something the person asked for, and says what went wrong if it did. True: it worked.
   * `words` say it better than the common ones, for just this wish.
   */
  attempt: (work: Promise<unknown>, words?: RefusalWords) => Promise<boolean>;
}

interface Shown {
  toasts: Toast[];
  drop: (id: number) => void;
}

const ShownContext = createContext<Shown>({ toasts: [], drop: () => {} });
const SpeakerContext = createContext<Speaker>({ say: () => {}, attempt: async () => true });

export function useSpeaker(): Speaker {
  return useContext(SpeakerContext);
}

export type RefusalWords = Partial<Texts['refusal']>;

export function refusalText(reason: CommandError['reason'], t: Texts, words: RefusalWords = {}): string {
  return words[reason] ?? t.refusal[reason];
}

/** The sentence for a failure of ours; anything unknown is told as a lost connection. */
export function troubleText(error: unknown, t: Texts, words?: RefusalWords): string {
  if (error instanceof MediaError) return t.device[error.reason];
  return refusalText(error instanceof CommandError ? error.reason : 'lost', t, words);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useText();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const lastId = useRef(0);
  const texts = useRef(t);
  texts.current = t;

  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const say = useCallback(
    (text: string, tone: ToastTone = 'plain') => {
      lastId.current += 1;
      const id = lastId.current;
      setToasts((all) => [...all.filter((one) => one.text !== text), { id, text, tone }].slice(-TOASTS_MAX));
      if (tone !== 'notice') setTimeout(() => drop(id), TOAST_MS);
    },
    [drop],
  );
  const attempt = useCallback(
    async (work: Promise<unknown>, words?: RefusalWords) => {
      try {
        await work;
        return true;
      } catch (error) {
        say(troubleText(error, texts.current, words), 'problem');
        return false;
      }
    },
    [say],
  );
  const speaker = useMemo(() => ({ say, attempt }), [say, attempt]);
  const shown = useMemo(() => ({ toasts, drop }), [toasts, drop]);

  return (
    <SpeakerContext value={speaker}>
      <ShownContext value={shown}>{children}</ShownContext>
    </SpeakerContext>
  );
}

export function Toasts() {
  const { t } = useText();
  const { toasts, drop } = useContext(ShownContext);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          <button type="button" className="icon-button" aria-label={t.close} onClick={() => drop(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
