/** The results of a phase's answers, as bars that are read without their colours. */
import { useCallback } from 'react';
import { Trouble } from '../account/signed-in';
import { useLoaded } from '../kit/use-loaded';
import type { SurveyQuestion, SurveyTally } from '../protocol';
import { meanOf, shareOf } from './answers';
import { surveyFile, surveyResults } from './api';
import { useSurveyText } from './text';

/** The server sends no more texts of one question than this to a page. */
const TEXTS_SHOWN = 200;

export function Results({ seat, phase }: { seat: string; phase: string }) {
  const { office: w } = useSurveyText();
  const load = useCallback((signal: AbortSignal) => surveyResults(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return null;
  const { survey, asked, answered, tallies } = value;
  return (
    <section className="panel survey-results" aria-label={w.results}>
      <div className="panel-head">
        <h2>{survey.title}</h2>
        <span className="grow" />
        <span className="hint">{w.answered(answered, asked)}</span>
      </div>
      <progress max={Math.max(asked, 1)} value={answered} aria-label={w.answered(answered, asked)} />
      {!tallies && <p className="hint">{w.few}</p>}
      {answered > 0 &&
        tallies &&
        survey.questions.map((question, at) => {
          const tally = tallies[at];
          // biome-ignore lint/suspicious/noArrayIndexKey: questions are named by their place
          return tally && <Tally key={at} number={at + 1} question={question} tally={tally} />;
        })}
      {answered > 0 && tallies && (
        <div className="row">
          <a className="button" href={surveyFile(seat, phase)} download>
            {w.file}
          </a>
        </div>
      )}
    </section>
  );
}

function Tally({
  number,
  question,
  tally,
}: {
  number: number;
  question: SurveyQuestion;
  tally: SurveyTally;
}) {
  const { office: w } = useSurveyText();
  const { ask } = question;
  const mean = ask.ask === 'scale' ? meanOf(tally.counts) : null;
  return (
    <div className="survey-tally">
      <h3>
        {number}. {question.text} {mean !== null && <small>{w.mean(mean)}</small>}
      </h3>
      {ask.ask === 'text' ? (
        <Texts tally={tally} />
      ) : (
        <dl>
          {tally.counts.map((count, place) => {
            const percent = shareOf(count, tally.answered);
            const name = ask.ask === 'scale' ? String(place + 1) : (ask.options[place] ?? '');
            return (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <span className="survey-bar" style={{ inlineSize: `${percent}%` }} />
                  <small>{w.times(count, percent)}</small>
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </div>
  );
}

function Texts({ tally }: { tally: SurveyTally }) {
  const { office: w } = useSurveyText();
  if (tally.answered === 0) return <p className="hint">{w.noTexts}</p>;
  return (
    <details>
      <summary>{w.texts(tally.answered)}</summary>
      <ul className="survey-texts">
        {tally.texts.map((text, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two people may write the same
          <li key={at}>{text}</li>
        ))}
      </ul>
      {tally.answered > TEXTS_SHOWN && <p className="hint">{w.moreTexts}</p>}
    </details>
  );
}
