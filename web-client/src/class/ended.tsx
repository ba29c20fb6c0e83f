/**
 * The page after the end of a class: the person who ended it may take that back, and everybody's page returns when
 * that is done; and the way to the replay, if there was something to record.
 */
import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../api';
import { formatElapsed } from '../i18n';
import { useNow } from '../kit/hooks';
import { Icon } from '../kit/icons';
import { TAKE_BACK_MS } from '../limits';
import { replayPage } from '../routes';
import { ASK_EVERY_MS, classEnd, takeEndBack } from './end';
import { useClassText } from './text';

interface Props {
  lesson: string;
  seat: string;
  /** Whether the class ever went live, as far as the page knows already; absent = the replay is not offered. */
  began?: boolean | null;
  /** Called when the class goes on. */
  onBack: () => void;
}

export function Ended({ lesson, seat, began: known, onBack }: Props) {
  const { t } = useClassText();
  const words = t.held.takeBack;
  const { untilMs, began, goesOn, look } = useEnd(lesson, seat, onBack);
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
    <>
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
      {known !== undefined && (began ?? known) && (
        <a className="button primary large" href={replayPage(lesson, seat)}>
          <Icon name="replay" />
          {t.over.replay}
        </a>
      )}
    </>
  );
}

interface End {
  /** The time up to which the end can be taken back, by this device's clock; null = it is somebody else's end. */
  untilMs: number | null;
  /** Whether the class ever began; null = the server has not said yet. */
  began: boolean | null;
  goesOn: boolean;
  look: () => void;
}

/** Asks now and then, as long as an end may be taken back. */
function useEnd(lesson: string, seat: string, onBack: () => void): End {
  const [end, setEnd] = useState<Omit<End, 'look'>>({ untilMs: null, began: null, goesOn: false });
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
        const { ended, began, take_back_until_ms: untilMs } = await classEnd(lesson, seat, abort.signal);
        if (abort.signal.aborted) return;
        setEnd({ untilMs, began, goesOn: !ended });
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
