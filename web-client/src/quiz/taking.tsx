/** A try that is running: one question at a time, a map of all, the time that is left, and the way out. */
import { useCallback, useEffect, useState } from 'react';
import { Dialog } from '../kit/dialog';
import { useNow } from '../kit/hooks';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useSending } from '../kit/use-loaded';
import type { MyQuiz, QuizPaper } from '../protocol';
import { handIn } from './api';
import { clockOf, listed, type Taking as State, unanswered, waiting } from './paper';
import { Question } from './question';
import { useQuizText } from './text';
import { useTaking } from './use-taking';

const MINUTE_MS = 60_000;
/** From here on the time is told in words, too. */
const LAST_MINUTES = 5;
/**
 * The interval between requests after the end: the server takes answers that are on their way for ten seconds more.
 */
const ASK_AGAIN_MS = 3_000;

interface Props {
  seat: string;
  quiz: MyQuiz;
  paper: QuizPaper;
  /** How far the server's clock is before that of this device. */
  aheadMs: number;
  onChange: (quiz: MyQuiz) => void;
  reload: () => void;
}

export function Taking({ seat, quiz, paper, aheadMs, onChange, reload }: Props) {
  const p = usePortalText();
  const w = useQuizText();
  const [place, setPlace] = useState(0);
  const [asks, setAsks] = useState(false);
  const { taking, problem, answer, settle } = useTaking(seat, quiz.phase, paper, reload);
  const sending = useSending();
  const leftMs = paper.closes_ms - (useNow(1000) + aheadMs);
  const isOver = leftMs <= 0;
  useEffect(() => {
    if (!isOver) return;
    const timer = setInterval(reload, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOver, reload]);
  const go = useCallback((to: number) => {
    setPlace(to);
    window.scrollTo({ top: 0 });
  }, []);
  const end = async () => {
    setAsks(false);
    await sending.send(async () => {
      if (await settle()) onChange(await handIn(seat, quiz.phase, paper.number));
    });
  };
  const question = paper.questions[place];
  const slot = taking.slots[place];
  if (!question || !slot) return null;
  const last = paper.questions.length - 1;
  return (
    <main className="portal-main quiz-taking">
      <div className="quiz-top">
        <h1>{w.place(place + 1, last + 1)}</h1>
        <span className="grow" />
        <TimeLeft leftMs={leftMs} />
      </div>
      {isOver && <Alert tone="fair">{w.timeOver}</Alert>}
      {problem && (
        <Alert tone="fair">
          {problem === 'quiz_elsewhere' ? w.elsewhere : problemSentence(problem, p, w.problem)}
        </Alert>
      )}
      <Question
        key={place}
        number={place + 1}
        question={question}
        answer={slot.answer}
        onChange={(next) => answer(place, next)}
      />
      <SaveState taking={taking} />
      <Steps place={place} last={last} onGo={go} />
      <PaperMap taking={taking} place={place} onGo={go} />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, w.problem)}</Alert>}
      {taking.offline && <Alert tone="fair">{w.notSaved}</Alert>}
      <button
        type="button"
        className={place === last ? 'button primary quiz-end' : 'button quiz-end'}
        disabled={sending.busy || isOver}
        onClick={() => setAsks(true)}
      >
        {sending.busy ? w.handingIn : w.handIn}
      </button>
      {asks && (
        <EndDialog taking={taking} onGo={go} onEnd={() => void end()} onClose={() => setAsks(false)} />
      )}
    </main>
  );
}

function Steps({ place, last, onGo }: { place: number; last: number; onGo: (to: number) => void }) {
  const w = useQuizText();
  return (
    <div className="row">
      <button type="button" className="button" disabled={place === 0} onClick={() => onGo(place - 1)}>
        {w.before}
      </button>
      <span className="grow" />
      <button
        type="button"
        className="button primary"
        disabled={place === last}
        onClick={() => onGo(place + 1)}
      >
        {w.next}
      </button>
    </div>
  );
}

/** A clock that is heard at whole minutes near the end, and not each second. */
function TimeLeft({ leftMs }: { leftMs: number }) {
  const w = useQuizText();
  const minutes = Math.ceil(leftMs / MINUTE_MS);
  const isLast = minutes <= LAST_MINUTES;
  return (
    <>
      <span className={isLast ? 'quiz-clock last' : 'quiz-clock'} role="timer">
        {w.left(clockOf(leftMs))}
      </span>
      <span className="unseen" role="status">
        {isLast && minutes > 0 ? w.lastMinutes(minutes) : ''}
      </span>
    </>
  );
}

function SaveState({ taking }: { taking: State }) {
  const w = useQuizText();
  const isWaiting = waiting(taking) !== null;
  if (taking.offline) return <Alert tone="fair">{w.offline}</Alert>;
  const isEmpty = unanswered(taking).length === taking.slots.length;
  return (
    <p className="hint quiz-saved" role="status">
      {isWaiting ? w.saving : isEmpty ? '' : w.saved}
    </p>
  );
}

function PaperMap({ taking, place, onGo }: { taking: State; place: number; onGo: (to: number) => void }) {
  const w = useQuizText();
  const open = new Set(unanswered(taking));
  const { length } = taking.slots;
  return (
    <nav className="panel" aria-label={w.map}>
      <p className="hint">{w.answered(length - open.size, length)}</p>
      <div className="quiz-map">
        {taking.slots.map((_, at) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: questions are named by their place
            key={at}
            type="button"
            className={open.has(at) ? 'quiz-place' : 'quiz-place answered'}
            aria-label={w.mapOf(at + 1, !open.has(at))}
            aria-current={at === place ? 'step' : undefined}
            onClick={() => onGo(at)}
          >
            {at + 1}
          </button>
        ))}
      </div>
    </nav>
  );
}

interface EndProps {
  taking: State;
  onGo: (to: number) => void;
  onEnd: () => void;
  onClose: () => void;
}

function EndDialog({ taking, onGo, onEnd, onClose }: EndProps) {
  const w = useQuizText();
  const open = unanswered(taking);
  const places = listed(
    open.map((at) => String(at + 1)),
    useText().language,
  );
  const back = () => {
    if (open[0] !== undefined) onGo(open[0]);
    onClose();
  };
  return (
    <Dialog title={w.handIn} onClose={onClose}>
      <p>{open.length === 0 ? w.handInAll : w.handInMissing(places, open.length)}</p>
      <div className="row end">
        <button type="button" className="button" onClick={back}>
          {w.keepGoing}
        </button>
        <button type="button" className="button primary" onClick={onEnd}>
          {w.handIn}
        </button>
      </div>
    </Dialog>
  );
}
