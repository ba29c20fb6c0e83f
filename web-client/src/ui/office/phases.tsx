/** Programmes and their phases: windows, seats, hours, directions. */
import { type FormEvent, useState } from 'react';
import { makeProgramme, savePhase } from '../../office/api';
import { draftOf, phaseOf } from '../../office/phase';
import { linesOf } from '../../office/seats';
import type { PerSchool, Phase, Programme } from '../../protocol';
import { PhaseFacts } from '../enrol/phases';
import { useTraineeText } from '../enrol/text';
import { TextAreaField, TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { mistakeSentence, problemSentence, usePortalText } from '../portal/text';
import { isSame, useUnsaved } from '../portal/unsaved';
import { useSending } from '../use-loaded';
import { useDesk } from './desk';
import { PhaseFields } from './phase-fields';
import { useOfficeText } from './text';

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
  const { enrol } = useTraineeText();
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
  useUnsaved(!isSame(draft, draftOf(first, number)));
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
    <form className="form phase-row" onSubmit={submit} noValidate>
      <PhaseFields
        draft={draft}
        tried={tried}
        fixedNumber={first !== null}
        wrong={at}
        onChange={(part) => setDraft((was) => ({ ...was, ...part }))}
      />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <button type="button" className="button" onClick={() => onDone(false)}>
          {o.back}
        </button>
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : o.phases.save}
        </button>
      </div>
    </form>
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
      <form className="form" onSubmit={submit} noValidate>
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
      </form>
    </details>
  );
}
