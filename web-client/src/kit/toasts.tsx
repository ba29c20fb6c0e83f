/**
 * Short sentences that come and go, read out politely. `Toasts` shows them and belongs into the area beside the
 * picture, never over it.
 */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
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
  /** Removes a sentence once it is no longer true. */
  unsay: (text: string) => void;
}

interface Shown {
  toasts: Toast[];
  drop: (id: number) => void;
}

const ShownContext = createContext<Shown>({ toasts: [], drop: () => {} });
const SpeakerContext = createContext<Speaker>({ say: () => {}, unsay: () => {} });

export function useSpeaker(): Speaker {
  return useContext(SpeakerContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const lastId = useRef(0);

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
  const unsay = useCallback((text: string) => setToasts((all) => all.filter((one) => one.text !== text)), []);
  const speaker = useMemo(() => ({ say, unsay }), [say, unsay]);
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
