/** `/essays/{phase}?as={seat}`: a reviewer's share, one essay after the other. */
import { useCallback, useState } from 'react';
import { HomeLink } from '../../account/home-link';
import { SignedIn, Trouble } from '../../account/signed-in';
import { useShortcuts } from '../../kit/hooks';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useLoaded } from '../../kit/use-loaded';
import type { Account, EssayLine, EssaysToReview } from '../../protocol';
import { toReview } from '../api';
import { figure, useClosing, useEssayProblem, useEssayText } from '../text';
import { OneEssay } from './one';
import { beside, doneOf, nextWaiting } from './order';
import '../essay.css';
import './review.css';

export default function ReviewPage({ phase, seat }: { phase: string; seat: string }) {
  const { review } = useEssayText();
  return (
    <SignedIn seat={seat} title={review.title}>
      {(who) => <OfAccount who={who} phase={phase} />}
    </SignedIn>
  );
}

function OfAccount({ who, phase }: { who: Account; phase: string }) {
  const p = usePortalText();
  const sentence = useEssayProblem();
  const load = useCallback((signal: AbortSignal) => toReview(who.seat, phase, signal), [who.seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  if (value) return <Desk who={who} of={value} problem={problem} onChange={reload} />;
  return (
    <main className="portal-main">
      {!problem && <p role="status">{p.loading}</p>}
      {problem === 'not_found' && <Alert tone="calm">{sentence('not_asked')}</Alert>}
      {problem && problem !== 'not_found' && <Trouble problem={problem} onRetry={reload} />}
    </main>
  );
}

interface DeskProps {
  who: Account;
  of: EssaysToReview;
  problem: string | null;
  onChange: () => void;
}

function Desk({ who, of: { essays, closes_ms }, problem, onChange }: DeskProps) {
  const e = useEssayText();
  const w = e.review;
  const closing = useClosing();
  const sentence = useEssayProblem();
  const [chosen, setChosen] = useState<number | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const id = chosen ?? nextWaiting(essays, null) ?? essays[0]?.id ?? null;
  const state = essays.find((line) => line.id === id)?.state;
  const go = (next: number | null) => {
    if (next === null) return;
    setChosen(next);
    window.scrollTo(0, 0);
  };
  const step = (by: 1 | -1) => () => id !== null && go(beside(essays, id, by));
  useShortcuts({ j: step(1), arrowright: step(1), k: step(-1), arrowleft: step(-1) }, id !== null);
  const done = doneOf(essays);
  const after = (words: string) => {
    setSaid(words);
    setChosen(nextWaiting(essays, id) ?? id);
    window.scrollTo(0, 0);
    onChange();
  };
  return (
    <main className="portal-main essay review-desk">
      <header className="essay-head review-head">
        <div className="row">
          <HomeLink seat={who.seat} sign />
          <h1>{w.title}</h1>
        </div>
        <p className="hint">{[w.progress(done, essays.length), w.closes(closing(closes_ms))].join(' · ')}</p>
        {essays.length > 0 && (
          <progress max={essays.length} value={done} aria-label={w.progress(done, essays.length)} />
        )}
        {problem && <Alert tone="fair">{sentence(problem)}</Alert>}
        {said && <Alert tone="good">{said}</Alert>}
        {essays.length === 0 && <p className="panel empty">{w.none}</p>}
        {essays.length > 0 && done === essays.length && <Alert tone="good">{w.allDone}</Alert>}
      </header>
      {id !== null && (
        <>
          <List essays={essays} current={id} onChoose={go} />
          <div className="review-one">
            <nav className="row review-steps" aria-label={w.keys}>
              <StepButton to={beside(essays, id, -1)} text={w.previous} onGo={go} isBack />
              <b>{w.number(id)}</b>
              <StepButton to={beside(essays, id, 1)} text={w.next} onGo={go} />
              <small className="grow review-keys">{w.keys}</small>
            </nav>
            {/* After its review an essay is loaded anew: other things can be done with it. */}
            <OneEssay key={`${id} ${state}`} id={id} seat={who.seat} onDone={after} onMark={onChange} />
          </div>
        </>
      )}
    </main>
  );
}

interface StepProps {
  to: number | null;
  text: string;
  isBack?: boolean;
  onGo: (id: number | null) => void;
}

function StepButton({ to, text, isBack = false, onGo }: StepProps) {
  return (
    <button
      type="button"
      className={isBack ? 'button small home-sign' : 'button small'}
      disabled={to === null}
      onClick={() => onGo(to)}
    >
      {isBack && <Icon name="next" />}
      {text}
      {!isBack && <Icon name="next" />}
    </button>
  );
}

interface ListProps {
  essays: readonly EssayLine[];
  current: number;
  onChoose: (id: number) => void;
}

function List({ essays, current, onChoose }: ListProps) {
  const e = useEssayText();
  return (
    <nav className="panel review-list" aria-label={e.review.list}>
      <ul>
        {essays.map((line) => (
          <li key={line.id}>
            <button
              type="button"
              {...(line.id === current && { 'aria-current': 'true' as const })}
              onClick={() => onChoose(line.id)}
            >
              <span className="grow">
                {e.review.number(line.id)}
                {line.is_second && <small> {e.review.second}</small>}
              </span>
              <small>{e.chars(figure(line.count))}</small>
              <StateMark line={line} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function StateMark({ line: { state, excellent } }: { line: EssayLine }) {
  const e = useEssayText();
  if (excellent) return <span className="mark good">{e.review.excellent}</span>;
  const words = {
    draft: e.review.takenBack,
    submitted: e.review.waits,
    returned: e.review.verdictOf.return,
    accepted: e.review.verdictOf.accept,
  };
  const tone = { draft: '', submitted: 'calm', returned: 'fair', accepted: 'good' };
  return <span className={`mark ${tone[state]}`}>{words[state]}</span>;
}
