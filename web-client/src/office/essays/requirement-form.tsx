/** The essay of a phase: kind, least number of characters, due date. Each change is the next version. */
import { type FormEvent, useState } from 'react';
import { useEssayText } from '../../essay/text';
import { hoursFigure } from '../../i18n/figures';
import { SelectField, TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { mistakeSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { EssayKind, Requirements } from '../../protocol';
import { useDesk, usePhase } from '../desk';
import { seatsFrom } from '../typed';
import { setRequirements } from './api';
import { useEssayDeskText } from './text';

const KINDS: readonly EssayKind[] = ['either', 'reflection', 'article'];
/** The length that the notices of all programmes ask for (S1-28). */
const USUAL_LEAST = '1000';

interface EssayDraft {
  /** The kind; empty = no essay is asked for. */
  kind: EssayKind | '';
  least: string;
  due: string;
  quiz: boolean;
  survey: boolean;
}

interface Props {
  first: Requirements;
  /** Whether it was set just now. */
  isSaved: boolean;
  onSaved: (now: Requirements) => void;
}

export function RequirementForm({ first, isSaved, onSaved }: Props) {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const w = useEssayDeskText();
  const [saved] = useState<EssayDraft>({
    kind: first.essay?.kind ?? '',
    least: String(first.essay?.least ?? USUAL_LEAST),
    due: first.essay?.due ?? phase.study.last,
    quiz: first.quiz,
    survey: first.survey,
  });
  const [draft, setDraft] = useState(saved);
  const sending = useSending();
  const [changed, setChanged] = useState(false);
  const change = (part: Partial<EssayDraft>) => {
    setDraft((was) => ({ ...was, ...part }));
    setChanged(true);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { kind, due, quiz, survey } = draft;
    const essay = kind === '' ? null : { kind, least: seatsFrom(draft.least) ?? 0, due };
    await sending.send(async () => onSaved(await setRequirements(seat, phase.id, { essay, quiz, survey })));
  };
  const wrong = (field: string) => {
    const mistake = sending.refusal?.wrong.find((one) => one.field === field);
    const isUnmade = mistake?.wrong === 'missing' && (field === 'quiz' || field === 'survey');
    if (isUnmade) return w.alsoMissing[field];
    return mistake ? mistakeSentence(mistake, p) : null;
  };
  return (
    <Form className="form panel" draft={draft} saved={saved} onSubmit={submit} noValidate>
      <div className="panel-head">
        <h2>{w.asked}</h2>
        <span className="hint">{w.version(first.version)}</span>
      </div>
      <p>{w.hours(hoursFigure(first.hours_ch))}</p>
      <EssayFields draft={draft} wrong={wrong} onChange={change} />
      {(['quiz', 'survey'] as const).map((field) => (
        <div key={field}>
          <label className="switch">
            <input
              type="checkbox"
              checked={draft[field]}
              onChange={(event) => change({ [field]: event.target.checked })}
            />
            {w.also[field]}
          </label>
          {wrong(field) && <p className="field-problem">{wrong(field)}</p>}
        </div>
      ))}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {isSaved && !changed && <Alert tone="good">{w.saved}</Alert>}
      <div className="row end">
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.save}
        </button>
      </div>
    </Form>
  );
}

interface FieldsProps {
  draft: EssayDraft;
  wrong: (field: string) => string | null;
  onChange: (part: Partial<EssayDraft>) => void;
}

function EssayFields({ draft, wrong, onChange }: FieldsProps) {
  const w = useEssayDeskText();
  const e = useEssayText();
  return (
    <div className="form-row three">
      <SelectField
        label={w.kind}
        hint={w.kindHint}
        value={draft.kind}
        wrong={wrong('kind')}
        onChange={(next) => onChange({ kind: KINDS.find((one) => one === next) ?? '' })}
      >
        <option value="">{w.none}</option>
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {e.kind[one]}
          </option>
        ))}
      </SelectField>
      {draft.kind && (
        <>
          <TextField
            label={w.least}
            hint={w.leastHint}
            inputMode="numeric"
            value={draft.least}
            wrong={wrong('least')}
            onChange={(least) => onChange({ least })}
          />
          <TextField
            label={w.due}
            hint={w.dueHint}
            type="date"
            value={draft.due}
            wrong={wrong('due')}
            onChange={(due) => onChange({ due })}
          />
        </>
      )}
    </div>
  );
}
