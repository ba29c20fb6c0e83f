/** Programmes and their phases: windows, seats, hours, directions. */
import { type FormEvent, useState } from 'react';
import { PhaseFacts } from '../../enrol/phases';
import { useEnrolText } from '../../enrol/text';
import { BackButton } from '../../kit/back-button';
import { TextAreaField, TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { mistakeSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { PerSchool, Phase, Programme } from '../../protocol';
import { makeProgramme, savePhase } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import { linesOf } from '../typed';
import { draftOf, phaseOf } from './phase';
import { PhaseFields } from './phase-fields';

export default function Phases() {
  const { programmes: all, reload } = useDesk();
  const o = useOfficeText();
  const w = o.phases;
  return (
    <>
      <h1>{w.title}</h1>
      {all.map((programme) => (
        <ProgrammePanel key={programme.id} programme={programme} onChange={reload} />
      ))}
      <NewProgrammeForm open={all.length === 0} onMade={reload} />
    </>
  );
}

function ProgrammePanel({ programme, onChange }: { programme: Programme; onChange: () => void }) {
  const o = useOfficeText();
  const w = o.phases;
  const { enrol } = useEnrolText();
  const [edited, setEdited] = useState<string | null>(null);
  const done = (saved: boolean) => {
    setEdited(null);
    if (saved) onChange();
  };
  const next = Math.max(0, ...programme.phases.map(({ number }) => number)) + 1;
  return (
    <section className="panel">
      <div className="panel-head">
        <div>
          <h2>{programme.title}</h2>
          <p className="hint">{[programme.id, ...programme.issuers].join(' · ')}</p>
        </div>
        <span className="grow" />
        <button type="button" className="button" onClick={() => setEdited('new')}>
          {w.newPhase}
        </button>
      </div>
      {edited === 'new' && <PhaseForm programme={programme.id} first={null} number={next} onDone={done} />}
      {programme.phases.map((phase) =>
        edited === phase.id ? (
          <PhaseForm
            key={phase.id}
            programme={programme.id}
            first={phase}
            number={phase.number}
            onDone={done}
          />
        ) : (
          <div key={phase.id} className="phase-row">
            <div className="panel-head">
              <h3>
                {enrol.phase(phase.number)} {phase.title}
              </h3>
              <span className="mark">{enrol.timing[phase.timing]}</span>
              <span className="grow" />
              <button type="button" className="button small" onClick={() => setEdited(phase.id)}>
                {w.edit}
              </button>
            </div>
            <PhaseFacts phase={phase} />
            {phase.per_school && <SchoolLimit limit={phase.per_school} />}
          </div>
        ),
      )}
    </section>
  );
}

function SchoolLimit({ limit }: { limit: PerSchool }) {
  const { phases: w } = useOfficeText();
  const of = limit.categories.map(({ category, seats }) => w.schoolCategory(category, seats));
  return (
    <dl className="facts">
      <dt>{w.everySchool}</dt>
      <dd>{[w.schoolLimit(limit.seats), ...of].join(' · ')}</dd>
    </dl>
  );
}

interface FormProps {
  programme: string;
  first: Phase | null;
  number: number;
  onDone: (saved: boolean) => void;
}

function PhaseForm({ programme, first, number, onDone }: FormProps) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const [draft, setDraft] = useState(() => draftOf(first, number));
  const [tried, setTried] = useState(false);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const body = phaseOf(draft);
    if (body === null) return sending.clear();
    if (await sending.send(() => savePhase(seat, programme, first?.id ?? null, body))) onDone(true);
  };
  const at = (field: string) => {
    const mistake = sending.refusal?.wrong.find(
      (one) => one.field === field || one.field.startsWith(`${field}.`),
    );
    return mistake ? mistakeSentence(mistake, p) : null;
  };
  return (
    <Form
      className="form phase-row"
      draft={draft}
      saved={draftOf(first, number)}
      onSubmit={submit}
      noValidate
    >
      <PhaseFields
        draft={draft}
        tried={tried}
        fixedNumber={first !== null}
        wrong={at}
        onChange={(part) => setDraft((was) => ({ ...was, ...part }))}
      />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <BackButton onBack={() => onDone(false)} />
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : o.phases.save}
        </button>
      </div>
    </Form>
  );
}

function NewProgrammeForm({ open, onMade }: { open: boolean; onMade: () => void }) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const w = o.phases;
  const [id, setId] = useState('');
  const [title, setTitle] = useState('');
  const [issuers, setIssuers] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { id: id.trim(), title: title.trim(), issuers: linesOf(issuers) };
    if (!(await sending.send(() => makeProgramme(seat, body)))) return;
    setId('');
    setTitle('');
    setIssuers('');
    onMade();
  };
  const at = (field: string) => {
    const mistake = sending.refusal?.wrong.find((one) => one.field === field);
    return mistake ? mistakeSentence(mistake, p) : null;
  };
  return (
    <details className="panel" open={open}>
      <summary>{w.newProgramme}</summary>
      <Form draft={[id, title, issuers]} onSubmit={submit} noValidate>
        <div className="form-row">
          <TextField
            label={w.id}
            hint={w.idHint}
            value={id}
            wrong={sending.refusal?.code === 'taken' ? p.problem.taken : at('id')}
            onChange={setId}
          />
          <TextField label={w.programmeTitle} value={title} wrong={at('title')} onChange={setTitle} />
        </div>
        <TextAreaField label={w.issuers} hint={w.issuersHint} value={issuers} onChange={setIssuers} />
        {sending.refusal && sending.refusal.code !== 'taken' && (
          <Alert>{problemSentence(sending.refusal, p)}</Alert>
        )}
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || id === '' || title === ''}
          >
            {w.save}
          </button>
        </div>
      </Form>
    </details>
  );
}
