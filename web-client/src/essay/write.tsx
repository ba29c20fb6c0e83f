/** The editor of an essay: its text, the length, the state of saving, files, and handing in. */
import { useId } from 'react';
import { AskButton } from '../kit/ask-button';
import { Icon } from '../kit/icons';
import { Alert } from '../kit/shell';
import { Unsaved } from '../kit/unsaved';
import { useSending } from '../kit/use-loaded';
import { ESSAY_CHARS_MAX } from '../limits';
import type { Account, MyEssay } from '../protocol';
import { Conflict } from './conflict';
import { count } from './count';
import { keeping } from './draft';
import { KeepingMark } from './keeping';
import { figure, useEssayProblem, useEssayText } from './text';
import { Upload } from './upload';
import { useDraft, type Writing } from './use-draft';

interface Props {
  who: Account;
  mine: MyEssay;
  nowMs: number;
  onHandedIn: (mine: MyEssay) => void;
}

export function Editor({ who, mine, nowMs, onHandedIn }: Props) {
  const { asked } = mine;
  const { write } = useEssayText();
  const id = useId();
  const writing = useDraft({ seat: who.seat, person: who.person, phase: asked.phase, first: mine });
  const { draft } = writing;
  const isLate = nowMs >= asked.closes_ms;
  if (draft.other !== null) return <Conflict draft={draft} onSettle={writing.settle} />;
  return (
    <>
      {isLate && (
        <Alert tone="fair">
          <b>{write.lateTitle}</b>
          <p>{write.late}</p>
        </Alert>
      )}
      <section className="panel essay-sheet">
        <label htmlFor={id} className="unseen">
          {write.label}
        </label>
        <textarea
          id={id}
          className="essay-text"
          placeholder={write.placeholder}
          value={draft.text}
          maxLength={2 * ESSAY_CHARS_MAX}
          onChange={(event) => writing.type(event.target.value)}
        />
        <Upload seat={who.seat} phase={asked.phase} mine={mine} text={draft.text} onText={writing.type} />
      </section>
      <Unsaved is={!writing.isKept && keeping(draft) !== 'saved'} />
      <Bar writing={writing} mine={mine} isLate={isLate} onHandedIn={onHandedIn} />
    </>
  );
}

interface BarProps {
  writing: Writing;
  mine: MyEssay;
  isLate: boolean;
  onHandedIn: (mine: MyEssay) => void;
}

/** The bar that stays in sight while the author writes. */
function Bar({ writing, mine, isLate, onHandedIn }: BarProps) {
  const { write } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send } = useSending();
  const [length, least] = [count(writing.draft.text), mine.asked.rule.least];
  const enough = length >= least;
  const hand = () =>
    send(async () => {
      const done = await writing.handIn();
      if (done) onHandedIn(done);
    });
  return (
    <div className="essay-bar">
      {refusal && <Alert>{sentence(refusal)}</Alert>}
      <div className="essay-bar-row">
        <div className="essay-figures">
          <b className={enough ? 'essay-count enough' : 'essay-count'}>
            {write.count(figure(length), figure(least))}
          </b>
          <KeepingMark writing={writing} />
        </div>
        {!isLate &&
          (enough ? (
            <AskButton
              className="button primary large"
              title={write.handInTitle}
              question={write.handInAsk}
              yes={write.handInYes}
              onYes={() => void hand()}
            >
              <Icon name="send" />
              {write.handIn}
            </AskButton>
          ) : (
            <span className="essay-missing">
              <button type="button" className="button large" disabled title={write.notYet(figure(least))}>
                {write.handIn}
              </button>
              <small>{write.missing(figure(least - length))}</small>
            </span>
          ))}
      </div>
      <progress
        max={least}
        value={Math.min(least, length)}
        aria-label={write.count(figure(length), figure(least))}
      />
      {busy && (
        <span className="unseen" role="status">
          {write.saving}
        </span>
      )}
    </div>
  );
}
