/** Programmes and their phases: windows, seats, hours, directions. */
import { type FormEvent, useState } from 'react';
import { chFrom, hoursFigure } from '../../i18n/figures';
import { makeProgramme, savePhase } from '../../office/api';
import { linesOf, seatsFrom } from '../../office/seats';
import type { NewPhase, Phase, Programme } from '../../protocol';
import { PhaseFacts } from '../enrol/phases';
import { useTraineeText } from '../enrol/text';
import { TextAreaField, TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { mistakeSentence, problemSentence, usePortalText } from '../portal/text';
import { useSending } from '../use-loaded';
import { useDesk } from './desk';
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
          </div>
        ),
      )}
    </section>
  );
}

interface FormProps {
  programme: string;
  first: Phase | null;
  number: number;
  onDone: (saved: boolean) => void;
}

function draftOf(first: Phase | null, number: number) {
  return {
    number: String(number),
    title: first?.title ?? '',
    hours: first ? hoursFigure(first.hours_ch) : '10',
    plan: String(first?.plan_seats ?? 10_000),
    regFirst: first?.registration.first ?? '',
    regLast: first?.registration.last ?? '',
    studyFirst: first?.study.first ?? '',
    studyLast: first?.study.last ?? '',
    tracks: first?.tracks.join('\n') ?? '',
    categories: first?.categories.join('\n') ?? '',
    choose: first?.choose_class ?? false,
  };
}

function PhaseForm({ programme, first, number, onDone }: FormProps) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const w = o.phases;
  const [draft, setDraft] = useState(() => draftOf(first, number));
  const [tried, setTried] = useState(false);
  const sending = useSending();
  const set = (part: Partial<typeof draft>) => setDraft((was) => ({ ...was, ...part }));
  const figures = {
    number: seatsFrom(draft.number),
    plan: seatsFrom(draft.plan),
    hours: chFrom(draft.hours),
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (figures.number === null || figures.plan === null || figures.hours === null) return;
    const body: NewPhase = {
      number: figures.number,
      title: draft.title.trim(),
      hours_ch: figures.hours,
      plan_seats: figures.plan,
      registration: { first: draft.regFirst, last: draft.regLast },
      study: { first: draft.studyFirst, last: draft.studyLast },
      tracks: linesOf(draft.tracks),
      categories: linesOf(draft.categories),
      choose_class: draft.choose,
    };
    if (await sending.send(() => savePhase(seat, programme, first?.id ?? null, body))) onDone(true);
  };
  const at = (field: string) => {
    const mistake = sending.refusal?.wrong.find(
      (one) => one.field === field || one.field.startsWith(`${field}.`),
    );
    return mistake ? mistakeSentence(mistake, p) : null;
  };
  const figure = (field: keyof typeof figures) => (tried && figures[field] === null ? p.wrong.value : null);
  return (
    <form className="form phase-row" onSubmit={submit} noValidate>
      <div className="form-row three">
        <TextField
          label={w.number}
          inputMode="numeric"
          value={draft.number}
          disabled={first !== null}
          wrong={figure('number') ?? at('number')}
          onChange={(value) => set({ number: value })}
        />
        <TextField
          label={w.hours}
          value={draft.hours}
          wrong={figure('hours') ?? at('hours_ch')}
          onChange={(hours) => set({ hours })}
        />
        <TextField
          label={w.plan}
          inputMode="numeric"
          value={draft.plan}
          wrong={figure('plan') ?? at('plan_seats')}
          onChange={(plan) => set({ plan })}
        />
      </div>
      <TextField
        label={w.phaseTitle}
        value={draft.title}
        wrong={at('title')}
        onChange={(title) => set({ title })}
      />
      <DaysFields
        label={w.registration}
        first={draft.regFirst}
        last={draft.regLast}
        wrong={at('registration')}
        onChange={(regFirst, regLast) => set({ regFirst, regLast })}
      />
      <DaysFields
        label={w.study}
        first={draft.studyFirst}
        last={draft.studyLast}
        wrong={at('study')}
        onChange={(studyFirst, studyLast) => set({ studyFirst, studyLast })}
      />
      <div className="form-row">
        <TextAreaField
          label={w.tracks}
          hint={w.tracksHint}
          value={draft.tracks}
          wrong={at('tracks')}
          onChange={(tracks) => set({ tracks })}
        />
        <TextAreaField
          label={w.categories}
          hint={w.categoriesHint}
          value={draft.categories}
          wrong={at('categories')}
          onChange={(categories) => set({ categories })}
        />
      </div>
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.choose}
          onChange={(event) => set({ choose: event.target.checked })}
        />
        {w.chooseClass}
      </label>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <button type="button" className="button" onClick={() => onDone(false)}>
          {o.back}
        </button>
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.save}
        </button>
      </div>
    </form>
  );
}

interface DaysProps {
  label: string;
  first: string;
  last: string;
  wrong: string | null;
  onChange: (first: string, last: string) => void;
}

function DaysFields({ label, first, last, wrong, onChange }: DaysProps) {
  const o = useOfficeText();
  return (
    <fieldset>
      <legend className="label">{label}</legend>
      <div className="form-row">
        <TextField
          label={o.phases.first}
          type="date"
          value={first}
          wrong={wrong}
          onChange={(next) => onChange(next, last)}
        />
        <TextField
          label={o.phases.last}
          type="date"
          value={last}
          onChange={(next) => onChange(first, next)}
        />
      </div>
    </fieldset>
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
