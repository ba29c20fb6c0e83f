/** The office's side of a survey: it is written here, and its results are read. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { TextField } from '../kit/field';
import { Form } from '../kit/form';
import { fieldSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { SurveyForm } from '../protocol';
import { phaseSurvey, setSurvey } from './api';
import { type DraftQuestion, draftOf, formOf, moved, newQuestion } from './form';
import { QuestionFields } from './question-fields';
import { Results } from './results';
import { useSurveyText } from './text';
import './survey.css';

interface Props {
  seat: string;
  phase: string;
}

export function SurveyDesk({ seat, phase }: Props) {
  const p = usePortalText();
  const { office: w } = useSurveyText();
  const load = useCallback((signal: AbortSignal) => phaseSurvey(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  return (
    <>
      <div>
        <h1>{w.title}</h1>
        <p className="hint">{w.hint}</p>
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value?.survey && <Results seat={seat} phase={phase} />}
      {value && value.answered === 0 && <Editor seat={seat} phase={phase} survey={value.survey} />}
    </>
  );
}

function Editor({ seat, phase, survey }: Props & { survey: SurveyForm | null }) {
  const p = usePortalText();
  const { office: w, problem: words } = useSurveyText();
  const [saved, setSaved] = useState(() => draftOf(survey));
  const [draft, setDraft] = useState(saved);
  const [told, setTold] = useState('');
  const sending = useSending();
  const wrong = (field: string) => fieldSentence(sending.refusal, field, p);
  const change = (part: Partial<typeof draft>) => {
    setTold('');
    setDraft((before) => ({ ...before, ...part }));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => setSurvey(seat, phase, formOf(draft))))) return;
    setSaved(draft);
    setTold(w.saved);
  };
  return (
    <Form className="panel form" draft={draft} saved={saved} onSubmit={submit}>
      <TextField
        label={w.titleField}
        value={draft.title}
        wrong={wrong('title')}
        onChange={(title) => change({ title })}
      />
      <TextField
        label={w.dueField}
        type="date"
        value={draft.due}
        wrong={wrong('due')}
        onChange={(due) => change({ due })}
      />
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.anonymous}
          onChange={(event) => change({ anonymous: event.target.checked })}
        />
        {w.anonymous}
      </label>
      <QuestionList
        questions={draft.questions}
        wrong={wrong}
        onChange={(questions) => change({ questions })}
      />
      {wrong('questions') && <Alert>{wrong('questions')}</Alert>}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, words)}</Alert>}
      {told && <Alert tone="good">{told}</Alert>}
      <div className="row end">
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.save}
        </button>
      </div>
    </Form>
  );
}

interface ListProps {
  questions: readonly DraftQuestion[];
  wrong: (field: string) => string | null;
  onChange: (questions: DraftQuestion[]) => void;
}

function QuestionList({ questions, wrong, onChange }: ListProps) {
  const { office: w } = useSurveyText();
  const nextKey = Math.max(-1, ...questions.map((one) => one.key)) + 1;
  return (
    <>
      {questions.map((question, at) => (
        <QuestionFields
          key={question.key}
          number={at + 1}
          question={question}
          wrong={(field) => wrong(`questions.${at}.${field}`)}
          onChange={(part) =>
            onChange(questions.map((one, place) => (place === at ? { ...one, ...part } : one)))
          }
          onMove={(by) => onChange(moved(questions, at, by))}
          onRemove={() => onChange(questions.filter((_, place) => place !== at))}
        />
      ))}
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => onChange([...questions, newQuestion(nextKey)])}
        >
          {w.add}
        </button>
      </div>
    </>
  );
}
