/** One question of the bank as the office writes it. */
import { type FormEvent, useState } from 'react';
import { SelectField, TextAreaField, TextField } from '../kit/field';
import { Form } from '../kit/form';
import { fieldSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { QuizBanked, QuizKind } from '../protocol';
import { putQuestion } from './api';
import { KINDS, type QuestionDraft, questionDraftOf, questionOf } from './form';
import { useQuizDeskText, useQuizText } from './text';

interface Props {
  seat: string;
  phase: string;
  /** Null: a new one. */
  of: QuizBanked | null;
  onDone: () => void;
}

export function QuestionForm({ seat, phase, of, onDone }: Props) {
  const p = usePortalText();
  const w = useQuizDeskText();
  const { kinds, problem } = useQuizText();
  const [saved] = useState(() => questionDraftOf(of?.question ?? null));
  const [draft, setDraft] = useState(saved);
  const sending = useSending();
  const wrong = (field: string) => fieldSentence(sending.refusal, field, p);
  const change = (part: Partial<QuestionDraft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await sending.send(() => putQuestion(seat, phase, of?.id ?? null, questionOf(draft)))) onDone();
  };
  const kind = (next: string) => change({ kind: next as QuizKind, right: next === 'truth' ? 'true' : '' });
  return (
    <Form className="form" draft={draft} saved={saved} onSubmit={submit} noValidate>
      <SelectField label={w.kind} value={draft.kind} onChange={kind}>
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {kinds[one]}
          </option>
        ))}
      </SelectField>
      <TextAreaField
        label={w.question}
        value={draft.text}
        wrong={wrong('text')}
        onChange={(text) => change({ text })}
      />
      <RightFields draft={draft} wrong={wrong} onChange={change} />
      <TextAreaField
        label={w.explanation}
        value={draft.explanation}
        wrong={wrong('explanation')}
        onChange={(explanation) => change({ explanation })}
      />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, problem)}</Alert>}
      <div className="row end">
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.saveQuestion}
        </button>
      </div>
    </Form>
  );
}

interface RightProps {
  draft: QuestionDraft;
  wrong: (field: string) => string | null;
  onChange: (part: Partial<QuestionDraft>) => void;
}

function RightFields({ draft, wrong, onChange }: RightProps) {
  const w = useQuizDeskText();
  const { yes, no } = useQuizText();
  const { kind, right } = draft;
  if (kind === 'truth') {
    return (
      <SelectField label={w.rightTruth} value={right} onChange={(next) => onChange({ right: next })}>
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </SelectField>
    );
  }
  if (kind === 'blank') {
    return (
      <TextAreaField
        label={w.rightBlank}
        value={right}
        wrong={wrong('right')}
        onChange={(next) => onChange({ right: next })}
      />
    );
  }
  const lines = draft.options.split('\n').filter((line) => line.trim() !== '');
  const bad = lines.map((_, place) => wrong(`options.${place}`)).find((why) => why !== null);
  return (
    <>
      <TextAreaField
        label={w.options}
        rows={4}
        value={draft.options}
        wrong={wrong('options') ?? bad ?? null}
        onChange={(options) => onChange({ options })}
      />
      <TextField
        label={kind === 'one' ? w.rightOne : w.rightSeveral}
        inputMode="numeric"
        value={right}
        wrong={wrong('right')}
        onChange={(next) => onChange({ right: next })}
      />
    </>
  );
}
