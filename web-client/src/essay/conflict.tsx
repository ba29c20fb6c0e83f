/** The choice between two texts, side by side: nothing is overwritten before the author has chosen. */
import { Alert } from '../kit/shell';
import { count } from './count';
import { type Draft, joined } from './draft';
import { ReadText } from './read-text';
import { figure, useEssayText } from './text';

export function Conflict({ draft, onSettle }: { draft: Draft; onSettle: (text: string) => void }) {
  const { conflict: w } = useEssayText();
  const other = draft.other?.text ?? '';
  return (
    <section className="essay-conflict" aria-label={w.title}>
      <Alert tone="fair">
        <b>{w.title}</b>
        <p>{w.text}</p>
      </Alert>
      <div className="essay-two">
        <One title={w.mine} text={draft.text} choose={w.useMine} onChoose={onSettle} />
        <One title={w.other} text={other} choose={w.useOther} onChoose={onSettle} />
      </div>
      <button type="button" className="button" onClick={() => onSettle(joined(draft))}>
        {w.both}
      </button>
    </section>
  );
}

interface OneProps {
  title: string;
  text: string;
  choose: string;
  onChoose: (text: string) => void;
}

function One({ title, text, choose, onChoose }: OneProps) {
  const { chars } = useEssayText();
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
        <span className="hint">{chars(figure(count(text)))}</span>
      </div>
      <ReadText label={title} text={text} />
      <button type="button" className="button primary" onClick={() => onChoose(text)}>
        {choose}
      </button>
    </section>
  );
}
