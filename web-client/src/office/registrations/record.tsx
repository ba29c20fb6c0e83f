/** Everything about one registration: the form, its history, full numbers on demand, corrections. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { ConsentLine } from '../../enrol/consent';
import { STATE_TONE } from '../../enrol/registration';
import { useClassName } from '../../enrol/text';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { Dialog } from '../../kit/dialog';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { RegistrationDetail, RegistrationStep, RevealedRegistration } from '../../protocol';
import { registration, revealRegistration } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import { CorrectionForm } from './correction';
import { DecideOne } from './decide-one';
import { Comparison, FormFacts } from './record-facts';
import { LIST_TONE } from './registration-table';

interface Props {
  id: number;
  onClose: () => void;
  onChange: () => void;
}

export function RecordDialog({ id, onClose, onChange }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat } = useDesk();
  const load = useCallback((signal: AbortSignal) => registration(seat, id, signal), [seat, id]);
  const { value, problem, reload } = useLoaded(load);
  return (
    <Dialog wide title={value ? o.record.title(value.line.name) : p.loading} onClose={onClose}>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value && (
        <Record
          detail={value}
          onChange={() => {
            reload();
            onChange();
          }}
        />
      )}
    </Dialog>
  );
}

function Record({ detail, onChange }: { detail: RegistrationDetail; onChange: () => void }) {
  const p = usePortalText();
  const o = useOfficeText();
  const { may } = useDesk();
  const { line } = detail;
  const className = useClassName();
  const [revealed, setRevealed] = useState<RevealedRegistration | null>(null);
  return (
    <>
      <p className="row wrap">
        <span className={`mark ${STATE_TONE[line.state]}`}>{p.state[line.state]}</span>
        <span className={`mark ${LIST_TONE[line.nominated]}`}>
          {o.registrations.nominatedMark[line.nominated]}
        </span>
        {line.recommended && <span className="mark good">{o.registrations.isRecommended}</span>}
        {line.class && <span className="mark calm">{className(line.class)}</span>}
      </p>
      <DecideOne line={line} onDone={onChange} />
      {detail.nomination ? (
        <Comparison
          form={detail.form}
          list={detail.nomination}
          differs={detail.differs}
          revealed={revealed}
        />
      ) : (
        <FormFacts form={detail.form} revealed={revealed} />
      )}
      {detail.same_mobile > 0 && <Alert tone="fair">{o.record.sameMobile(detail.same_mobile)}</Alert>}
      {line.nominated === 'other_unit' && !detail.nomination && <p className="hint">{o.record.notShown}</p>}
      {may('reveal') && !revealed && <Reveal id={line.id} onRevealed={setRevealed} />}
      {revealed && <p className="hint">{o.record.revealed}</p>}
      {(may('approve') || may('recommend')) && (
        <CorrectionForm
          key={line.id}
          detail={detail}
          onCorrected={() => {
            setRevealed(null); // What was shown in full may be what was wrong.
            onChange();
          }}
        />
      )}
      {detail.attestation !== '' && (
        <>
          <h3>{o.record.attestation}</h3>
          <p className="written">{detail.attestation}</p>
        </>
      )}
      {detail.consent && <ConsentLine consent={detail.consent} />}
      <h3>{o.record.way}</h3>
      <ol className="way">
        {detail.steps.map((step) => (
          <StepLine key={`${step.at_ms}.${step.step}`} step={step} />
        ))}
      </ol>
    </>
  );
}

function Reveal({ id, onRevealed }: { id: number; onRevealed: (revealed: RevealedRegistration) => void }) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat } = useDesk();
  const [reason, setReason] = useState('');
  const sending = useSending();
  return (
    <details>
      <summary>{o.record.reveal}</summary>
      <Form
        className="form more"
        draft={reason.trim()}
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(async () => onRevealed(await revealRegistration(seat, id, reason.trim())));
        }}
      >
        <Alert tone="calm">{o.record.revealHint}</Alert>
        {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
        <TextField label={o.reason} hint={o.reasonHint} value={reason} onChange={setReason} />
        <div className="row">
          <button type="submit" className="button" disabled={sending.busy || [...reason.trim()].length < 2}>
            {o.record.reveal}
          </button>
        </div>
      </Form>
    </details>
  );
}

function StepLine({ step }: { step: RegistrationStep }) {
  const { language } = useText();
  const p = usePortalText();
  const { record } = useOfficeText();
  return (
    <li>
      <small>
        {formatDay(step.at_ms, language)} {formatTime(step.at_ms)}
      </small>
      <span>
        <b>{record.step[step.step] ?? step.step}</b> → {p.state[step.state]} · {step.by || record.bySystem}
        {step.reason && <span className="written hint"> {step.reason}</span>}
      </span>
    </li>
  );
}
