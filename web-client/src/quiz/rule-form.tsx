/** How papers are drawn, and what it takes to pass. */
import { type FormEvent, useState } from 'react';
import { TextField } from '../kit/field';
import { Form } from '../kit/form';
import { fieldSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { QuizBank, QuizKind } from '../protocol';
import { setRule } from './api';
import { KINDS, type RuleDraft, ruleDraftOf, ruleOf, totalOf } from './form';
import { useQuizDeskText, useQuizText } from './text';

interface Props {
  seat: string;
  phase: string;
  bank: QuizBank;
  /** The last day of the study. */
  due: string;
  onSaved: () => void;
}

export function RuleForm({ seat, phase, bank, due, onSaved }: Props) {
  const p = usePortalText();
  const w = useQuizDeskText();
  const { problem } = useQuizText();
  const [saved, setSaved] = useState(() => ruleDraftOf(bank.rule, due));
  const [draft, setDraft] = useState(saved);
  const [told, setTold] = useState('');
  const sending = useSending();
  const wrong = (field: string) => fieldSentence(sending.refusal, field, p);
  const change = (part: Partial<RuleDraft>) => {
    setTold('');
    setDraft((before) => ({ ...before, ...part }));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => setRule(seat, phase, ruleOf(draft))))) return;
    setSaved(draft);
    setTold(w.saved);
    onSaved();
  };
  const total = totalOf(ruleOf(draft));
  return (
    <Form className="panel form" draft={draft} saved={saved} onSubmit={submit} noValidate>
      <h2>{w.rule}</h2>
      <p className="hint">{bank.rule ? w.ruleHint : w.ruleNew}</p>
      {KINDS.map((kind) => (
        <DrawFields key={kind} kind={kind} bank={bank} draft={draft} wrong={wrong} onChange={change} />
      ))}
      <p>
        <b>{w.total(total.questions, total.points)}</b>
      </p>
      {wrong('draws') && <Alert>{wrong('draws')}</Alert>}
      <PassFields draft={draft} wrong={wrong} onChange={change} />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, problem)}</Alert>}
      {told && <Alert tone="good">{told}</Alert>}
      <div className="row end">
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.save}
        </button>
      </div>
    </Form>
  );
}

type PassProps = Pick<DrawProps, 'draft' | 'wrong' | 'onChange'>;

function PassFields({ draft, wrong, onChange }: PassProps) {
  const w = useQuizDeskText();
  const figures = [
    ['pass', w.pass],
    ['tries', w.tries],
    ['minutes', w.minutes],
  ] as const;
  return (
    <>
      <div className="form-row three">
        {figures.map(([field, label]) => (
          <TextField
            key={field}
            label={label}
            inputMode="numeric"
            value={draft[field]}
            wrong={wrong(field)}
            onChange={(value) => onChange({ [field]: value })}
          />
        ))}
      </div>
      <TextField
        label={w.due}
        type="date"
        value={draft.due}
        wrong={wrong('due')}
        onChange={(value) => onChange({ due: value })}
      />
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.reveal}
          onChange={(event) => onChange({ reveal: event.target.checked })}
        />
        {w.reveal}
      </label>
    </>
  );
}

interface DrawProps {
  kind: QuizKind;
  bank: QuizBank;
  draft: RuleDraft;
  wrong: (field: string) => string | null;
  onChange: (part: Partial<RuleDraft>) => void;
}

function DrawFields({ kind, bank, draft, wrong, onChange }: DrawProps) {
  const w = useQuizDeskText();
  const { kinds } = useQuizText();
  const has = bank.questions.filter(({ question }) => question.ask.ask === kind).length;
  const draw = draft.draws[kind];
  const change = (part: Partial<typeof draw>) =>
    onChange({ draws: { ...draft.draws, [kind]: { ...draw, ...part } } });
  return (
    <fieldset className="quiz-fields">
      <legend>
        {kinds[kind]}{' '}
        <small>
          {w.has} {w.bankCount(has)}
        </small>
      </legend>
      <div className="form-row">
        <TextField
          label={w.count}
          inputMode="numeric"
          value={draw.count}
          wrong={wrong(`draws.${kind}.count`)}
          onChange={(count) => change({ count })}
        />
        <TextField
          label={w.points}
          inputMode="numeric"
          value={draw.points}
          wrong={wrong(`draws.${kind}.points`)}
          onChange={(points) => change({ points })}
        />
      </div>
    </fieldset>
  );
}
