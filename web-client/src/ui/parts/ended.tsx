/** After the end of a class: whoever ended it may take that back; everybody's page returns when that is done. */
import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api';
import { ASK_EVERY_MS, classEnd, TAKE_BACK_MS, takeEndBack } from '../../class-end';
import { formatElapsed } from '../../i18n';
import { useNow } from '../hooks';
import { useText } from '../text';

interface Props {
  lesson: string;
  seat: string;
  /** The class goes on. */
  onBack: () => void;
}

export function Ended({ lesson, seat, onBack }: Props) {
  const { t } = useText();
  const words = t.held.takeBack;
  const { untilMs, goesOn, look } = useEnd(lesson, seat, onBack);
  const [told, setTold] = useState('');
  const [busy, setBusy] = useState(false);
  const now = useNow(1000);
  const takeBack = async () => {
    setBusy(true);
    setTold('');
    try {
      await takeEndBack(lesson, seat);
    } catch (error) {
      const late = error instanceof ApiProblem && error.code === 'too_late';
      setTold(late ? words.too_late : words.failed);
    }
    setBusy(false);
    look();
  };
  const leftMs = untilMs === null ? 0 : untilMs - now;
  return (
    <div className="column ended" role="status">
      {goesOn && <p>{words.back}</p>}
      {!goesOn && leftMs > 0 && (
        <>
          <p className="hint">{words.hint(formatElapsed(leftMs))}</p>
          <button type="button" className="button large" disabled={busy} onClick={() => void takeBack()}>
            {words.button}
          </button>
        </>
      )}
      {!goesOn && untilMs === null && <p className="hint">{words.waiting}</p>}
      {told && <p>{told}</p>}
    </div>
  );
}

interface End {
  /** By this device's clock; null: not one's own end. */
  untilMs: number | null;
  goesOn: boolean;
  look: () => void;
}

/** Asks now and then, as long as an end may be taken back. */
function useEnd(lesson: string, seat: string, onBack: () => void): End {
  const [end, setEnd] = useState<{ untilMs: number | null; goesOn: boolean }>({
    untilMs: null,
    goesOn: false,
  });
  const [asked, setAsked] = useState(0);
  const back = useRef(onBack);
  back.current = onBack;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks anew
  useEffect(() => {
    const abort = new AbortController();
    const sinceMs = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const { ended, take_back_until_ms: untilMs } = await classEnd(lesson, seat, abort.signal);
        if (abort.signal.aborted) return;
        setEnd({ untilMs, goesOn: !ended });
        if (!ended) return back.current();
      } catch {
        if (abort.signal.aborted) return; // Asked again below.
      }
      const spread = 0.8 + 0.4 * Math.random();
      if (Date.now() - sinceMs < TAKE_BACK_MS) timer = setTimeout(() => void look(), ASK_EVERY_MS * spread);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [lesson, seat, asked]);
  return { ...end, look: () => setAsked(asked + 1) };
}
