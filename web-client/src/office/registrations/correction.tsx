/** The form for correcting a registration: only the changed fields are sent, with a reason. */
import { type FormEvent, useState } from 'react';
import { type Draft, draftOf, type FieldName, keptOf } from '../../enrol/form';
import { FormFields } from '../../enrol/form-fields';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { mistakeSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { Correction, RegistrationDetail } from '../../protocol';
import { correctRegistration } from '../api';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';
import { useFieldWords } from './record-facts';

interface Props {
  detail: RegistrationDetail;
  onCorrected: () => void;
}

export function CorrectionForm({ detail, onCorrected }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat, units } = useDesk();
  const phase = usePhase();
  const words = useFieldWords();
  const first = draftOf(detail.form);
  const [draft, setDraft] = useState<Draft>(first);
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const sending = useSending();
  const changed = changedFields(first, draft);
  const wrong = (field: FieldName) => {
    const found = sending.refusal?.wrong.find((mistake) => mistake.field === field);
    return found ? mistakeSentence(found, p) : null;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold('');
    if (Object.keys(changed).length === 0) return setTold(o.record.nothingChanged);
    const correction = { ...changed, reason: reason.trim() } as Correction;
    if (!(await sending.send(() => correctRegistration(seat, detail.line.id, correction)))) return;
    setTold(o.record.corrected);
    setReason('');
    setDraft((was) => ({ ...was, document_number: '', mobile: '' })); // Kept, and masked from now on.
    onCorrected();
  };
  return (
    <details>
      <summary>{o.record.correct}</summary>
      <Form
        className="form more"
        draft={{ ...changed, reason: reason.trim() }}
        saved={{ reason: '' }}
        onSubmit={submit}
        noValidate
      >
        <p className="hint">{o.record.correctHint}</p>
        <FormFields
          draft={draft}
          kept={keptOf(detail.form)}
          phase={phase}
          units={units}
          words={words}
          wrong={wrong}
          onChange={(field, value) => setDraft((was) => ({ ...was, [field]: value }))}
          onLeave={() => {}}
        />
        <TextField
          label={o.reason}
          hint={o.reasonHint}
          value={reason}
          wrong={sending.refusal?.code === 'text_length' ? p.problem.text_length : null}
          onChange={setReason}
        />
        {sending.refusal && sending.refusal.code !== 'text_length' && (
          <Alert>{problemSentence(sending.refusal, p)}</Alert>
        )}
        {told && <Alert tone="good">{told}</Alert>}
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || [...reason.trim()].length < 2}
          >
            {sending.busy ? p.saving : o.record.correctSend}
          </button>
        </div>
      </Form>
    </details>
  );
}

/** The changed fields: none that is as it was, and no choice that was taken back to none. */
export function changedFields(first: Draft, now: Draft): Partial<Draft> {
  const choices: FieldName[] = ['sex', 'school_kind', 'document_kind'];
  const changed = (Object.keys(now) as FieldName[]).filter(
    (field) => now[field] !== first[field] && !(choices.includes(field) && now[field] === ''),
  );
  return Object.fromEntries(changed.map((field) => [field, now[field]]));
}
