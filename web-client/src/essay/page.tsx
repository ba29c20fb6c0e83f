/** `/essay/{phase}?as={seat}`: the page on which a trainee writes the essay of a phase, and sees the reviews. */
import { useCallback, useState } from 'react';
import { HomeLink } from '../account/home-link';
import { SignedIn, Trouble } from '../account/signed-in';
import { useNow } from '../kit/hooks';
import { usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useLoaded } from '../kit/use-loaded';
import type { Account, MyEssay } from '../protocol';
import { myEssay } from './api';
import { HandedIn } from './handed-in';
import { Reviews } from './reviews';
import { figure, useClosing, useEssayProblem, useEssayText, useLeft } from './text';
import { Editor } from './write';
import './essay.css';

export default function EssayPage({ phase, seat }: { phase: string; seat: string }) {
  const { write } = useEssayText();
  return (
    <SignedIn seat={seat} title={write.title}>
      {(who) => <OfAccount who={who} phase={phase} />}
    </SignedIn>
  );
}

function OfAccount({ who, phase }: { who: Account; phase: string }) {
  const p = usePortalText();
  const sentence = useEssayProblem();
  // The session may be another one after signing in again; the typed text stays.
  const [firstSeat] = useState(who.seat);
  const load = useCallback(
    async (signal: AbortSignal) => ({ mine: await myEssay(firstSeat, phase, signal), atMs: Date.now() }),
    [firstSeat, phase],
  );
  const { value, problem, reload } = useLoaded(load);
  if (!value) {
    return (
      <main className="portal-main">
        {!problem && <p role="status">{p.loading}</p>}
        {problem === 'not_found' && (
          <section className="panel">
            <Alert tone="calm">{sentence(problem)}</Alert>
            <HomeLink seat={who.seat} />
          </section>
        )}
        {problem && problem !== 'not_found' && <Trouble problem={problem} onRetry={reload} />}
      </main>
    );
  }
  return <Shown key={value.atMs} who={who} first={value.mine} skewMs={value.mine.now_ms - value.atMs} />;
}

interface ShownProps {
  who: Account;
  first: MyEssay;
  /** The lead of the server's clock over this device's. */
  skewMs: number;
}

function Shown({ who, first, skewMs }: ShownProps) {
  const { kind, write } = useEssayText();
  const closing = useClosing();
  const left = useLeft();
  const [mine, setMine] = useState(first);
  const { asked } = mine;
  const nowMs = useNow(10_000) + skewMs;
  const isOpen = asked.state === 'draft' || asked.state === 'returned';
  const change = (next: MyEssay) => {
    setMine(next);
    window.scrollTo(0, 0);
  };
  return (
    <main className="portal-main essay">
      <header className="essay-head">
        <div className="row">
          <HomeLink seat={who.seat} sign />
          <h1>{kind[asked.rule.kind]}</h1>
        </div>
        <p className="hint">{asked.title}</p>
        {asked.state !== 'accepted' && (
          <p className="hint">
            {[
              write.least(figure(asked.rule.least)),
              closing(asked.closes_ms),
              left(asked.closes_ms, nowMs),
            ].join(' · ')}
          </p>
        )}
      </header>
      {asked.state === 'returned' && mine.reviews[0] && (
        <Alert tone="fair">
          <b>{write.returned}</b>
          <p className="written">{mine.reviews[0].words}</p>
        </Alert>
      )}
      {isOpen ? (
        <Editor who={who} mine={mine} nowMs={nowMs} onHandedIn={change} />
      ) : (
        <HandedIn who={who} mine={mine} onChange={change} />
      )}
      {isOpen && <Reviews reviews={mine.reviews} />}
    </main>
  );
}
