/**
 * The actions on a nominee: taking off the list, or replacing by another person in the same place; both with a reason.
 */
import { type FormEvent, useState } from 'react';
import { BackButton } from '../../kit/back-button';
import { Dialog } from '../../kit/dialog';
import { SelectField, TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { fieldSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { NominationLine, ReplaceNominee } from '../../protocol';
import { removeNominee, replaceNominee } from '../api';
import { useDesk } from '../desk';
import { ReasonButton } from '../reason-button';
import { useOfficeText } from '../text';

interface Props {
  row: NominationLine;
  onChange: () => void;
}

export function NomineeChanges({ row, onChange }: Props) {
  const { seat } = useDesk();
  const { nominations: n } = useOfficeText();
  const [replacing, setReplacing] = useState(false);
  return (
    <div className="row">
      <button type="button" className="button small" onClick={() => setReplacing(true)}>
        {n.replace}
      </button>
      <ReasonButton
        className="button small"
        danger
        title={n.remove}
        question={row.registered ? n.removeRegistered(row.name) : n.removeAsk(row.name)}
        send={(reason) => removeNominee(seat, row.id, reason)}
        onDone={onChange}
      />
      {replacing && (
        <ReplaceDialog
          row={row}
          onClose={() => setReplacing(false)}
          onDone={() => {
            setReplacing(false);
            onChange();
          }}
        />
      )}
    </div>
  );
}

const EMPTY: ReplaceNominee = {
  name: '',
  sex: 'female',
  document_kind: 'resident',
  document_number: '',
  mobile: '',
  reason: '',
};

interface DialogProps {
  row: NominationLine;
  onClose: () => void;
  onDone: () => void;
}

function ReplaceDialog({ row, onClose, onDone }: DialogProps) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const n = o.nominations;
  const [draft, setDraft] = useState(EMPTY);
  const sending = useSending();
  const change = (part: Partial<ReplaceNominee>) => setDraft((was) => ({ ...was, ...part }));
  const wrong = (field: string) => fieldSentence(sending.refusal, field, p);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const ok = await sending.send(() =>
      replaceNominee(seat, row.id, { ...draft, reason: draft.reason.trim() }),
    );
    if (ok) onDone();
  };
  return (
    <Dialog title={n.replaceTitle(row.name)} onClose={onClose}>
      <Form draft={draft} onSubmit={submit} noValidate>
        <p className="hint">{n.replaceHint}</p>
        <TextField
          label={o.registrations.name}
          value={draft.name}
          wrong={wrong('name')}
          autoFocus
          onChange={(name) => change({ name })}
        />
        <SelectField
          label={n.sex}
          value={draft.sex}
          wrong={wrong('sex')}
          onChange={(sex) => change({ sex: sex as ReplaceNominee['sex'] })}
        >
          <option value="female">{n.sexes.female}</option>
          <option value="male">{n.sexes.male}</option>
          <option value="unsaid">{n.sexes.unsaid}</option>
        </SelectField>
        <SelectField
          label={n.documentKind}
          value={draft.document_kind}
          onChange={(kind) => change({ document_kind: kind as ReplaceNominee['document_kind'] })}
        >
          {Object.entries(p.documentKind).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label={n.document}
          value={draft.document_number}
          wrong={wrong('document_number')}
          onChange={(document_number) => change({ document_number })}
        />
        <TextField
          label={o.registrations.mobile}
          value={draft.mobile}
          inputMode="tel"
          wrong={wrong('mobile')}
          onChange={(mobile) => change({ mobile })}
        />
        <TextField
          label={o.reason}
          hint={o.reasonHint}
          value={draft.reason}
          wrong={wrong('reason')}
          onChange={(reason) => change({ reason })}
        />
        {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
        <div className="row end">
          <BackButton onBack={onClose} />
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || [...draft.reason.trim()].length < 2}
          >
            {sending.busy ? o.doing : n.replace}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
