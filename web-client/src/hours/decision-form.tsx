/** The forms with which operators correct results: in answer to an appeal, or without one. */
import { type ReactNode, useId, useState } from 'react';
import { useUnsaved } from '../kit/unsaved';
import { useSending } from '../kit/use-loaded';
import type { AppealDecision, Corrected, CorrectionFigures, ReasonCode } from '../protocol';
import { CODES, type Draft, type DraftProblem, decisionOf, emptyDraft, figuresOf } from './decision';
import { problemText, useHoursText } from './text';

interface DecisionProps {
  /** The balance of the ledger (ch), as it is shown beside the form. */
  balanceCh: number;
  send: (decision: AppealDecision) => Promise<Corrected>;
  /** Called with a sentence about the outcome. */
  onSent: (told: string) => void;
}

export function DecisionForm({ balanceCh, send, onSent }: DecisionProps) {
  const h = useHoursText();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const written = draft.answer + draft.amount + draft.text;
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const choice = (grant: boolean, label: string) => (
    <label className="switch">
      <input type="radio" checked={draft.grant === grant} onChange={() => change({ grant })} />
      {label}
    </label>
  );
  const done = (outcome: Corrected) => (draft.grant ? h.decision[outcome] : h.decision.dismissed);
  return (
    <Sender ready={decisionOf(draft, balanceCh)} written={written} send={send} done={done} onSent={onSent}>
      <div className="row wrap" role="radiogroup" aria-label={h.decision.title}>
        {choice(true, h.decision.grant)}
        {choice(false, h.decision.dismiss)}
      </div>
      {draft.grant && <FiguresFields draft={draft} onChange={change} />}
      <Words label={h.decision.answer} value={draft.answer} onChange={(answer) => change({ answer })} />
    </Sender>
  );
}

interface CorrectionProps {
  balanceCh: number;
  send: (figures: CorrectionFigures) => Promise<Corrected>;
  onSent: () => void;
}

export function CorrectionForm({ balanceCh, send, onSent }: CorrectionProps) {
  const h = useHoursText();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  return (
    <details className="correction">
      <summary>{h.table.correct}</summary>
      <Sender
        ready={figuresOf(draft, balanceCh)}
        written={draft.amount + draft.text}
        send={send}
        done={(outcome) => h.decision[outcome]}
        onSent={onSent}
      >
        <FiguresFields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
      </Sender>
    </details>
  );
}

interface SenderProps<T> {
  /** The data that would be sent, or the mistake in it. */
  ready: T | DraftProblem;
  /** All that was typed. */
  written: string;
  send: (what: T) => Promise<Corrected>;
  done: (outcome: Corrected) => string;
  onSent: (told: string) => void;
  children: ReactNode;
}

/** The button below a form; mistakes are told when it is pressed. Enter in a field sends nothing. */
function Sender<T extends object>({ ready, written, send, done, onSent, children }: SenderProps<T>) {
  const h = useHoursText();
  const sending = useSending();
  const [wrong, setWrong] = useState<DraftProblem | null>(null);
  const [told, setTold] = useState('');
  useUnsaved(told === '' && written.trim() !== '');
  const submit = async () => {
    if (typeof ready === 'string') return setWrong(ready);
    setWrong(null);
    let outcome = '';
    const sent = await sending.send(async () => {
      outcome = done(await send(ready));
    });
    if (!sent) return;
    setTold(outcome);
    onSent(outcome);
  };
  if (told) return <p role="status">{told}</p>;
  const trouble = sending.problem ?? wrong;
  return (
    <div className="column decision">
      {children}
      {trouble && (
        <p className="field-problem" role="alert">
          {trouble === 'bad_amount' ? h.decision.badAmount : problemText(trouble, h)}
        </p>
      )}
      <div className="row">
        <button
          type="button"
          className="button primary small"
          disabled={sending.busy}
          onClick={() => void submit()}
        >
          {sending.busy ? h.decision.sending : h.decision.send}
        </button>
      </div>
    </div>
  );
}

function FiguresFields({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const { decision } = useHoursText();
  const amount = useId();
  const code = useId();
  return (
    <>
      <div className="row wrap">
        <div className="field">
          <label htmlFor={amount}>{decision.amount}</label>
          <input
            id={amount}
            type="text"
            inputMode="text"
            autoComplete="off"
            placeholder={decision.amountHint}
            value={draft.amount}
            onChange={(event) => onChange({ amount: event.target.value })}
          />
        </div>
        <div className="field">
          <label htmlFor={code}>{decision.code}</label>
          <select
            id={code}
            value={draft.code}
            onChange={(event) => onChange({ code: event.target.value as ReasonCode })}
          >
            {CODES.map((one) => (
              <option key={one} value={one}>
                {decision.codes[one]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Words label={decision.text} value={draft.text} onChange={(text) => onChange({ text })} />
      <p className="hint">{decision.twoPeople}</p>
    </>
  );
}

interface WordsProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

export function Words({ label, value, onChange }: WordsProps) {
  const field = useId();
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      <textarea id={field} rows={2} value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
