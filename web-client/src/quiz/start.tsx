/** Before a try and after it: what awaits, what was reached, and what was right once that is of no use any more. */
import { Fragment } from 'react';
import { formatDay } from '../i18n/dates';
import { AskButton } from '../kit/ask-button';
import { useNow } from '../kit/hooks';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useSending } from '../kit/use-loaded';
import type { MyQuiz } from '../protocol';
import { homePage } from '../routes';
import { beginTry } from './api';
import { Review } from './review';
import { useQuizText } from './text';

interface Props {
  seat: string;
  quiz: MyQuiz;
  /** How far the server's clock is before that of this device. */
  aheadMs: number;
  onChange: (quiz: MyQuiz) => void;
}

export function Start({ seat, quiz, aheadMs, onChange }: Props) {
  const w = useQuizText();
  return (
    <main className="portal-main">
      <section className="panel">
        <div className="panel-head">
          <h1>{w.title}</h1>
          <span className="hint">{quiz.title}</span>
        </div>
        {quiz.passed ? <Alert tone="good">{w.done}</Alert> : <About quiz={quiz} />}
        <Begin seat={seat} quiz={quiz} aheadMs={aheadMs} onChange={onChange} />
      </section>
      {quiz.tries.length > 0 && <Tries seat={seat} quiz={quiz} />}
    </main>
  );
}

function About({ quiz }: { quiz: MyQuiz }) {
  const w = useQuizText();
  const { language } = useText();
  const { about } = quiz;
  const facts = [
    [w.facts.questions, w.questions(about.questions)],
    [w.facts.pass, w.pass(about.pass, about.points)],
    [w.facts.minutes, w.minutes(about.minutes)],
    [w.facts.tries, w.tries(quiz.tries_left, about.tries)],
    [w.facts.due, w.due(formatDay(about.closes_ms - 1, language))],
  ];
  return (
    <>
      <p>{about.required ? w.required : w.free}</p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <p className="hint">{w.hint}</p>
      {about.reveal && !quiz.reveals && <p className="hint">{w.shows}</p>}
    </>
  );
}

function Begin({ seat, quiz, aheadMs, onChange }: Props) {
  const p = usePortalText();
  const w = useQuizText();
  const sending = useSending();
  const isClosed = useNow(1000) + aheadMs >= quiz.about.closes_ms;
  const next = quiz.tries.length + 1;
  const begin = () => sending.send(async () => onChange(await beginTry(seat, quiz.phase, next)));
  const may = !quiz.passed && quiz.tries_left > 0 && !isClosed;
  return (
    <>
      {!quiz.passed && quiz.tries_left === 0 && <Alert tone="fair">{w.noTry}</Alert>}
      {!quiz.passed && quiz.tries_left > 0 && isClosed && <Alert tone="fair">{w.closed}</Alert>}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, w.problem)}</Alert>}
      <div className="row end">
        <a className="button" href={homePage(seat)}>
          {w.toHome}
        </a>
        {may && (
          <AskButton
            className="button primary"
            title={w.begin(next)}
            question={w.beginAsk(quiz.about.minutes)}
            yes={w.start}
            onYes={() => void begin()}
          >
            {sending.busy ? w.beginning : w.begin(next)}
          </AskButton>
        )}
      </div>
    </>
  );
}

function Tries({ seat, quiz }: { seat: string; quiz: MyQuiz }) {
  const w = useQuizText();
  return (
    <>
      {!quiz.passed && quiz.tries_left > 0 && <p className="hint">{w.again(quiz.tries_left)}</p>}
      {[...quiz.tries].reverse().map((one) => (
        <section className="panel quiz-try" key={one.number}>
          <div className="panel-head">
            <h2>{w.result(one.number, one.points, one.of)}</h2>
            <span className="grow" />
            <span className={one.passed ? 'mark good' : 'mark fair'}>
              {one.passed ? w.passed : w.notPassed}
            </span>
          </div>
          <progress max={one.of} value={one.points} aria-label={w.result(one.number, one.points, one.of)} />
          {one.by_time && <p className="hint">{w.byTime}</p>}
          {quiz.reveals ? (
            <Review seat={seat} phase={quiz.phase} number={one.number} />
          ) : (
            <p className="hint">{w.notShown}</p>
          )}
        </section>
      ))}
    </>
  );
}
