/** `/survey/{phase}?as={seat}`: a trainee answers the survey of a phase. */
import { type FormEvent, useCallback, useState } from 'react';
import { SignedIn, Trouble } from '../account/signed-in';
import { formatDay } from '../i18n/dates';
import { AskButton } from '../kit/ask-button';
import { Form } from '../kit/form';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { SurveyAnswer, SurveyAsked } from '../protocol';
import { homePage } from '../routes';
import { faultOf, NOTHING } from './answers';
import { answerSurvey, mySurveys } from './api';
import { Question } from './question';
import { useSurveyText } from './text';
import './survey.css';

export default function SurveyPage({ phase, seat }: { phase: string; seat: string }) {
  const w = useSurveyText();
  return (
    <SignedIn seat={seat} title={w.title}>
      {(who) => <OfPhase phase={phase} seat={who.seat} />}
    </SignedIn>
  );
}

function OfPhase({ phase, seat }: { phase: string; seat: string }) {
  const p = usePortalText();
  const w = useSurveyText();
  const load = useCallback((signal: AbortSignal) => mySurveys(seat, signal), [seat]);
  const { value, problem, reload } = useLoaded(load);
  const [done, setDone] = useState(false);
  const asked = value?.find((one) => one.phase === phase);
  if (!value) {
    return (
      <main className="portal-main">
        {problem ? <Trouble problem={problem} onRetry={reload} /> : <p role="status">{p.loading}</p>}
      </main>
    );
  }
  if (asked && !asked.answered && !done) {
    return (
      <main className="portal-main survey">
        <Sheet asked={asked} seat={seat} onDone={() => setDone(true)} />
      </main>
    );
  }
  return (
    <main className="portal-main">
      <section className="panel" role="status">
        <p>{done ? w.thanks : asked ? w.filled : w.none}</p>
        <div className="row">
          <a className="button primary" href={homePage(seat)}>
            {w.toHome}
          </a>
        </div>
      </section>
    </main>
  );
}

function Sheet({ asked, seat, onDone }: { asked: SurveyAsked; seat: string; onDone: () => void }) {
  const p = usePortalText();
  const w = useSurveyText();
  const { language } = useText();
  const { survey } = asked;
  const [answers, setAnswers] = useState<SurveyAnswer[]>(() => survey.questions.map(() => NOTHING));
  const [tried, setTried] = useState(false);
  const sending = useSending();
  const faults = survey.questions.map((question, at) => faultOf(question, answers[at] ?? NOTHING));
  const change = (at: number, answer: SurveyAnswer) =>
    setAnswers((before) => before.map((one, place) => (place === at ? answer : one)));
  const send = async () => {
    if (await sending.send(() => answerSurvey(seat, asked.phase, answers))) onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
  };
  const isReady = faults.every((fault) => fault === null);
  return (
    <Form className="form" draft={answers} onSubmit={submit}>
      <h1>{survey.title}</h1>
      <p className="hint">
        {w.due(formatDay(asked.closes_ms - 1, language))} · {survey.anonymous ? w.anonymous : w.named}
      </p>
      {survey.questions.map((question, at) => (
        <Question
          // biome-ignore lint/suspicious/noArrayIndexKey: questions are named by their place
          key={at}
          number={at + 1}
          question={question}
          answer={answers[at] ?? NOTHING}
          fault={tried ? (faults[at] ?? null) : null}
          onChange={(answer) => change(at, answer)}
        />
      ))}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, w.problem)}</Alert>}
      {tried && !isReady && <Alert>{w.problem.answer_needed}</Alert>}
      <div className="row end">
        {isReady ? (
          <AskButton
            className="button primary"
            title={w.send}
            question={w.sendAsk}
            yes={w.send}
            onYes={() => void send()}
          >
            {sending.busy ? w.sending : w.send}
          </AskButton>
        ) : (
          <button type="submit" className="button primary">
            {w.send}
          </button>
        )}
      </div>
    </Form>
  );
}
