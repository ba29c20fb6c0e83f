/** An essay that is with its reviewer, or accepted: to be read, and taken back as long as nobody has reviewed it. */
import { useState } from 'react';
import { formatMoment } from '../i18n/dates';
import { AskButton } from '../kit/ask-button';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useSending } from '../kit/use-loaded';
import type { Account, MyEssay } from '../protocol';
import { takeBack } from './api';
import { count } from './count';
import { Distinction } from './distinction';
import { deviceStorage, keyOf, readCopy } from './kept';
import { Reviews } from './reviews';
import { figure, useEssayProblem, useEssayText } from './text';

interface Props {
  who: Account;
  mine: MyEssay;
  onChange: (mine: MyEssay) => void;
}

export function HandedIn({ who, mine, onChange }: Props) {
  const { language } = useText();
  const { chars, write } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send } = useSending();
  const when = formatMoment(mine.handed_in_at_ms ?? mine.now_ms, language);
  const back = () => send(async () => onChange(await takeBack(who.seat, mine.asked.phase)));
  return (
    <>
      {mine.asked.state === 'accepted' ? (
        <Alert tone="good">
          <b>{write.accepted}</b>
        </Alert>
      ) : (
        <Alert tone="calm">
          <b>{write.submitted(when)}</b>
          {mine.may_take_back && <p>{write.submittedHint}</p>}
        </Alert>
      )}
      {refusal && <Alert>{sentence(refusal)}</Alert>}
      {mine.distinction && (
        <Distinction who={who} phase={mine.asked.phase} of={mine.distinction} onChange={onChange} />
      )}
      {/* The reviews come before the long text. */}
      <Reviews reviews={mine.reviews} />
      <Stray who={who} mine={mine} />
      <section className="panel">
        <div className="panel-head">
          <h2>{write.own}</h2>
          <span className="hint">{chars(figure(count(mine.text)))}</span>
          <span className="grow" />
          {mine.may_take_back && (
            <AskButton
              className="button small"
              title={write.takeBack}
              question={write.takeBackAsk}
              yes={write.takeBack}
              onYes={() => !busy && void back()}
            >
              {write.takeBack}
            </AskButton>
          )}
        </div>
        {mine.file && <small>{write.fileOf(mine.file)}</small>}
        <div className="written">{mine.text}</div>
      </section>
    </>
  );
}

/** A text of this device that was left over when another device handed in. */
function Stray({ who, mine }: { who: Account; mine: MyEssay }) {
  const { write } = useEssayText();
  const [copy] = useState(() => {
    const key = keyOf(who.person, mine.asked.phase);
    return readCopy(key, '', deviceStorage('local'))?.copy ?? null;
  });
  if (copy === null || copy.text === mine.text) return null;
  return (
    <details className="panel">
      <summary>{write.stray}</summary>
      {mine.may_take_back && <p className="hint">{write.strayHint}</p>}
      <div className="written">{copy.text}</div>
    </details>
  );
}
