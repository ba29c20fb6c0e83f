/** The questions of the bank: found, added, changed, taken out. */
import { useState } from 'react';
import { AskButton } from '../kit/ask-button';
import { Dialog } from '../kit/dialog';
import { TextField } from '../kit/field';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { QuizBank, QuizBanked } from '../protocol';
import { bankFile, removeQuestion } from './api';
import { QuestionForm } from './question-form';
import { useQuizDeskText, useQuizText } from './text';

/** Rows that a page shows of thousands. */
const SHOWN = 100;

interface Props {
  seat: string;
  phase: string;
  bank: QuizBank;
  onChange: () => void;
}

export function Bank({ seat, phase, bank, onChange }: Props) {
  const p = usePortalText();
  const w = useQuizDeskText();
  const { problem } = useQuizText();
  const [find, setFind] = useState('');
  const [open, setOpen] = useState<QuizBanked | 'new' | null>(null);
  const sending = useSending();
  const { questions } = bank;
  const found = questions.filter(({ question }) => question.text.includes(find.trim()));
  const remove = async (id: number) => {
    if (await sending.send(() => removeQuestion(seat, phase, id))) onChange();
  };
  const done = () => {
    setOpen(null);
    onChange();
  };
  return (
    <section className="panel" aria-label={w.bank}>
      <div className="panel-head">
        <h2>{w.bank}</h2>
        <span className="hint">{w.bankCount(questions.length)}</span>
        <span className="grow" />
        <button type="button" className="button small" onClick={() => setOpen('new')}>
          {w.add}
        </button>
      </div>
      <div className="row">
        <a className="button small" href={bankFile(seat, phase)} download>
          {questions.length === 0 ? w.templateEmpty : w.template}
        </a>
      </div>
      {questions.length === 0 && <p className="empty">{w.bankEmpty}</p>}
      {questions.length > 10 && <TextField label={w.find} value={find} onChange={setFind} />}
      {questions.length > 0 && found.length === 0 && <p className="empty">{w.none}</p>}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, problem)}</Alert>}
      <ul className="quiz-bank">
        {found.slice(0, SHOWN).map((one) => (
          <Row key={one.id} of={one} onOpen={() => setOpen(one)} onRemove={() => void remove(one.id)} />
        ))}
      </ul>
      {found.length > SHOWN && <p className="hint">{w.more(found.length - SHOWN)}</p>}
      {open && (
        <Dialog title={open === 'new' ? w.add : w.change} onClose={() => setOpen(null)}>
          <QuestionForm seat={seat} phase={phase} of={open === 'new' ? null : open} onDone={done} />
        </Dialog>
      )}
    </section>
  );
}

function Row({ of, onOpen, onRemove }: { of: QuizBanked; onOpen: () => void; onRemove: () => void }) {
  const w = useQuizDeskText();
  const { kinds } = useQuizText();
  const { text, ask } = of.question;
  return (
    <li>
      <span className="grow">
        <small>{kinds[ask.ask]}</small> {text}
      </span>
      <button
        type="button"
        className="button small quiet"
        aria-label={`${w.change}: ${text}`}
        onClick={onOpen}
      >
        {w.change}
      </button>
      <AskButton
        className="button small quiet danger-text"
        title={w.remove}
        question={w.removeAsk(text)}
        yes={w.remove}
        danger
        onYes={onRemove}
      >
        {w.remove}
      </AskButton>
    </li>
  );
}
