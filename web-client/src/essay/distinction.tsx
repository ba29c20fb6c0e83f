/** The question to the author of one of the best essays: whether everybody may read it. The answer may change. */
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { Account, EssayDistinction, MyEssay } from '../protocol';
import { openEssayPage } from '../routes';
import { publish } from './api';
import { useEssayProblem, useEssayText } from './text';

interface Props {
  who: Account;
  phase: string;
  of: EssayDistinction;
  onChange: (mine: MyEssay) => void;
}

export function Distinction({ who, phase, of: { essay, public: isPublic }, onChange }: Props) {
  const { distinction: w } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send } = useSending();
  const answer = (yes: boolean) =>
    void send(async () => onChange(await publish(who.seat, phase, { public: yes })));
  // The two answers look alike: nobody is talked into one of them.
  const button = (words: string, yes: boolean) => (
    <button type="button" className="button" disabled={busy} onClick={() => answer(yes)}>
      {words}
    </button>
  );
  return (
    <section className="panel" aria-label={w.title}>
      <Alert tone="good">
        <b>{w.title}</b>
        {isPublic !== null && <p>{isPublic ? w.isPublic : w.isPrivate}</p>}
      </Alert>
      {isPublic !== true && <p>{w.means}</p>}
      {isPublic === null && <p className="hint">{w.free}</p>}
      {refusal && <Alert>{refusal.code === 'not_found' ? w.gone : sentence(refusal)}</Alert>}
      <div className="row wrap">
        {isPublic !== true && button(w.agree, true)}
        {isPublic === null && button(w.refuse, false)}
        {isPublic === true && (
          <a className="button" href={openEssayPage(essay)}>
            {w.see}
          </a>
        )}
        {isPublic === true && button(w.withdraw, false)}
      </div>
    </section>
  );
}
