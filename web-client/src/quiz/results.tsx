/** What people have reached, and how often each question was answered right. */
import { useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { TextField } from '../kit/field';
import { useLoaded } from '../kit/use-loaded';
import type { QuizReached, QuizShare } from '../protocol';
import { quizResults, resultsFile } from './api';
import { percentOf } from './form';
import { useQuizDeskText, useQuizText } from './text';

interface Props {
  seat: string;
  phase: string;
  unitName: (code: string) => string;
}

export function Results({ seat, phase, unitName }: Props) {
  const w = useQuizDeskText();
  const load = useCallback((signal: AbortSignal) => quizResults(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return null;
  const { people, questions } = value;
  const passed = people.filter((one) => one.passed).length;
  const told = w.reached(passed, people.length);
  return (
    <section className="panel quiz-results" aria-label={w.results}>
      <div className="panel-head">
        <h2>{w.results}</h2>
        <span className="grow" />
        <span className="hint">{told}</span>
      </div>
      <progress max={Math.max(people.length, 1)} value={passed} aria-label={told} />
      {questions.length === 0 && <p className="hint">{w.noResults}</p>}
      <People people={people} unitName={unitName} />
      {questions.length > 0 && <Shares questions={questions} />}
      <div className="row">
        <a className="button" href={resultsFile(seat, phase)} download>
          {w.file}
        </a>
      </div>
    </section>
  );
}

/** Rows that a page shows of thousands. */
const SHOWN = 100;

function People({
  people,
  unitName,
}: {
  people: readonly QuizReached[];
  unitName: (code: string) => string;
}) {
  const w = useQuizDeskText();
  const [find, setFind] = useState('');
  const found = people.filter(({ name }) => name.includes(find.trim()));
  return (
    <>
      {people.length > 10 && <TextField label={w.findName} value={find} onChange={setFind} />}
      <PeopleTable people={found.slice(0, SHOWN)} unitName={unitName} />
      {found.length > SHOWN && <p className="hint">{w.morePeople(found.length - SHOWN)}</p>}
    </>
  );
}

function PeopleTable({
  people,
  unitName,
}: {
  people: readonly QuizReached[];
  unitName: (code: string) => string;
}) {
  const w = useQuizDeskText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={w.people}>
      <table className="table">
        <thead>
          <tr>
            {[w.name, w.unit, w.class, w.taken, w.best, w.result].map((heading) => (
              <th scope="col" key={heading}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name
            <tr key={at}>
              <th scope="row">{one.name}</th>
              <td>{unitName(one.unit)}</td>
              <td>{one.class ?? '—'}</td>
              <td>{one.tries}</td>
              <td>{one.best === null ? '—' : `${one.best} / ${one.of}`}</td>
              <td>
                <Mark of={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Mark({ of }: { of: QuizReached }) {
  const w = useQuizDeskText();
  if (of.passed) return <span className="mark good">{w.passed}</span>;
  if (of.running) return <span className="mark calm">{w.running}</span>;
  if (of.tries === 0) return <span className="hint">{w.notYet}</span>;
  return <span className="mark fair">{w.notPassed}</span>;
}

/** The hardest first. */
function Shares({ questions }: { questions: readonly QuizShare[] }) {
  const w = useQuizDeskText();
  const { kinds } = useQuizText();
  const share = (one: QuizShare) => percentOf(one.right, one.asked);
  const sorted = [...questions].sort((one, other) => share(one) - share(other));
  return (
    <details>
      <summary>{w.shares}</summary>
      <ul className="quiz-bank">
        {sorted.map((one) => (
          <li key={one.id}>
            <span className="grow">
              <small>
                {kinds[one.kind]}
                {one.removed && ` · ${w.removed}`}
              </small>{' '}
              {one.text}
            </span>
            <small>{w.share(share(one), one.asked)}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}
