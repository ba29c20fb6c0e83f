/** `/quiz/{phase}?as={seat}`: a trainee takes the self-test of a phase. */
import { useCallback, useEffect, useState } from 'react';
import { SignedIn, Trouble } from '../account/signed-in';
import { usePortalText } from '../kit/portal-text';
import { useLoaded } from '../kit/use-loaded';
import type { MyQuiz } from '../protocol';
import { homePage } from '../routes';
import { myQuiz } from './api';
import { Start } from './start';
import { Taking } from './taking';
import { useQuizText } from './text';
import './quiz.css';

export default function QuizPage({ phase, seat }: { phase: string; seat: string }) {
  const w = useQuizText();
  return (
    <SignedIn seat={seat} title={w.title}>
      {(who) => <OfPhase phase={phase} seat={who.seat} />}
    </SignedIn>
  );
}

/** What the server said, and how far its clock was before ours then. */
interface Known {
  quiz: MyQuiz;
  aheadMs: number;
}

function OfPhase({ phase, seat }: { phase: string; seat: string }) {
  const p = usePortalText();
  const load = useCallback((signal: AbortSignal) => myQuiz(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  const [known, setKnown] = useState<Known | null>(null);
  const know = useCallback((quiz: MyQuiz) => setKnown({ quiz, aheadMs: quiz.now_ms - Date.now() }), []);
  useEffect(() => {
    if (value) know(value);
  }, [value, know]);
  useEffect(() => {
    // Another device may have gone on meanwhile.
    const back = () => document.visibilityState === 'visible' && reload();
    document.addEventListener('visibilitychange', back);
    return () => document.removeEventListener('visibilitychange', back);
  }, [reload]);
  if (!known) {
    return (
      <main className="portal-main">
        {problem === 'not_found' && <Nothing seat={seat} />}
        {problem && problem !== 'not_found' && <Trouble problem={problem} onRetry={reload} />}
        {!problem && <p role="status">{p.loading}</p>}
      </main>
    );
  }
  const { quiz, aheadMs } = known;
  if (!quiz.running) return <Start seat={seat} quiz={quiz} aheadMs={aheadMs} onChange={know} />;
  return (
    <Taking
      key={quiz.running.number}
      seat={seat}
      quiz={quiz}
      paper={quiz.running}
      aheadMs={aheadMs}
      onChange={know}
      reload={reload}
    />
  );
}

function Nothing({ seat }: { seat: string }) {
  const w = useQuizText();
  return (
    <section className="panel" role="status">
      <p>{w.problem.not_found}</p>
      <div className="row">
        <a className="button primary" href={homePage(seat)}>
          {w.toHome}
        </a>
      </div>
    </section>
  );
}
