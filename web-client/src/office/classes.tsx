/** The classes of a phase: formed in the order of approval, or made empty to be chosen. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { formatCount } from '../i18n';
import { AskButton } from '../kit/ask-button';
import { Dialog } from '../kit/dialog';
import { SelectField, TextField } from '../kit/field';
import { Form } from '../kit/form';
import { FormEnd } from '../kit/form-end';
import { fieldSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useAddress, withParams } from '../kit/use-address';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { Class, SchoolKind } from '../protocol';
import { officePage } from '../routes';
import { classes, formClasses, quotas, registrationCounts, saveClass } from './api';
import { ownClasses, useDesk, usePhase } from './desk';
import { SectionHead } from './head';
import { ANY } from './registrations/filter';
import { SeatsBar } from './registrations/seats-bar';
import { PanelTable } from './table';
import { useOfficeText } from './text';

export default function Classes() {
  const { seat, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const o = useOfficeText();
  const c = o.classes;
  const { list, seats, waiting, refresh } = useClasses();
  const [told, setTold] = useState('');
  const [edited, setEdited] = useState<string | 'new' | null>(null);
  const sending = useSending();
  const form = async () => {
    setTold('');
    const done = await sending.send(async () => {
      const { placed, new_classes } = await formClasses(seat, phase.id);
      setTold(c.formed(placed, new_classes));
    });
    if (done) refresh();
  };
  return (
    <>
      <ClassesHead waiting={waiting} onAdd={() => setEdited('new')} onForm={() => void form()} />
      <SeatsBar quotas={seats} unit="" />
      {told && <Alert tone="good">{told}</Alert>}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {list.problem && <Trouble problem={list.problem} onRetry={refresh} />}
      {edited !== null && (
        <ClassForm
          first={list.value?.find(({ id }) => id === edited) ?? null}
          onDone={(saved) => {
            setEdited(null);
            if (!saved) return;
            setTold('');
            refresh();
          }}
        />
      )}
      {list.value?.length === 0 && <p className="panel empty">{c.none}</p>}
      {list.value && list.value.length > 0 && (
        <ClassTable list={list.value} mayEdit={may('form_classes')} onEdit={setEdited} />
      )}
    </>
  );
}

/** Returns the call that loads the classes that concern this person. */
function useOwn(): (signal: AbortSignal) => Promise<readonly Class[]> {
  const { who, seat } = useDesk();
  const phase = usePhase();
  return useCallback(
    async (signal: AbortSignal) => ownClasses(who, await classes(seat, phase.id, signal)),
    [who, seat, phase.id],
  );
}

/** The classes, the seats, and the people who wait for a class. */
function useClasses() {
  const { seat } = useDesk();
  const phase = usePhase();
  const list = useLoaded(useOwn());
  const seats = useLoaded(
    useCallback((signal: AbortSignal) => quotas(seat, phase.id, signal), [seat, phase.id]),
  );
  const counts = useLoaded(
    useCallback((signal: AbortSignal) => registrationCounts(seat, phase.id, ANY, signal), [seat, phase.id]),
  );
  return {
    list,
    seats: seats.value,
    waiting: counts.value?.states.find(({ state }) => state === 'approved')?.count ?? 0,
    refresh: () => {
      list.reload();
      seats.reload();
      counts.reload();
    },
  };
}

function ClassesHead({ waiting, onAdd, onForm }: { waiting: number; onAdd: () => void; onForm: () => void }) {
  const { may } = useDesk();
  const { classes: c } = useOfficeText();
  return (
    <SectionHead title={c.title} hint={c.hint}>
      {may('form_classes') && (
        <>
          <button type="button" className="button" onClick={onAdd}>
            {c.add}
          </button>
          <AskButton
            className="button primary"
            title={c.form}
            question={c.formAsk(formatCount(waiting))}
            yes={c.form}
            onYes={onForm}
          >
            {c.form}
          </AskButton>
        </>
      )}
    </SectionHead>
  );
}

interface TableProps {
  list: readonly Class[];
  mayEdit: boolean;
  onEdit: (id: string) => void;
}

function ClassTable({ list, mayEdit, onEdit }: TableProps) {
  const o = useOfficeText();
  const c = o.classes;
  return (
    <PanelTable
      label={c.title}
      headings={[c.title, c.members, c.track, c.host, c.hostKind]}
      actions={o.registrations.actions}
    >
      {list.map((one) => (
        <ClassRow key={one.id} one={one} onEdit={mayEdit ? () => onEdit(one.id) : null} />
      ))}
    </PanelTable>
  );
}

function ClassRow({ one, onEdit }: { one: Class; onEdit: (() => void) | null }) {
  const { seat, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const { classes: c } = useOfficeText();
  const link = (section: string) => officePage(seat, section, { phase: phase.id, class: one.id });
  return (
    <tr>
      <th scope="row">
        {c.name(one.number)} <small>{one.id}</small>
      </th>
      <td>
        <span className="members">
          <progress max={one.capacity} value={one.members} aria-label={c.members} />
          {one.members} / {one.capacity}
        </span>
      </td>
      <td>{one.track || '—'}</td>
      <td>{one.host || '—'}</td>
      <td>{one.host_kind ? p.schoolKind[one.host_kind] : '—'}</td>
      <td>
        <span className="row">
          <a href={link('registrations')}>{c.people}</a>
          {may('make_timetable') && <a href={link('timetable')}>{c.timetable}</a>}
          {may('announce') && <a href={link('announcements')}>{c.announce}</a>}
          {onEdit && (
            <button type="button" className="button quiet small" onClick={onEdit}>
              {c.edit}
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}

const HOST_KINDS: readonly SchoolKind[] = ['secondary', 'higher', 'university', 'administration'];

function ClassForm({ first, onDone }: { first: Class | null; onDone: (saved: boolean) => void }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const o = useOfficeText();
  const c = o.classes;
  const [track, setTrack] = useState(first?.track ?? '');
  const [host, setHost] = useState(first?.host ?? '');
  const [kind, setKind] = useState<SchoolKind | ''>(first?.host_kind ?? '');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { track, host: host.trim(), host_kind: kind === '' ? null : kind };
    if (await sending.send(() => saveClass(seat, phase.id, first?.id ?? null, body))) onDone(true);
  };
  const wrong = (field: string) => fieldSentence(sending.refusal, field, p);
  return (
    <Dialog title={first ? c.name(first.number) : c.add} onClose={() => onDone(false)}>
      <Form draft={[track, host, kind]} onSubmit={submit} noValidate>
        <p className="hint">{c.addHint}</p>
        {phase.tracks.length > 0 && (
          <SelectField label={c.track} value={track} wrong={wrong('track')} onChange={setTrack}>
            <option value="">{o.any}</option>
            {phase.tracks.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </SelectField>
        )}
        <TextField
          label={c.host}
          optional={p.optional}
          value={host}
          wrong={wrong('host')}
          onChange={setHost}
        />
        <SelectField
          label={c.hostKind}
          value={kind}
          wrong={wrong('host_kind')}
          onChange={(next) => setKind(next as SchoolKind | '')}
        >
          <option value="">{o.any}</option>
          {HOST_KINDS.map((one) => (
            <option key={one} value={one}>
              {p.schoolKind[one]}
            </option>
          ))}
        </SelectField>
        <FormEnd sending={sending} onBack={() => onDone(false)} />
      </Form>
    </Dialog>
  );
}

/** The class that the address names, and a choice of all. */
export function useChosenClass(): {
  list: readonly Class[] | null;
  problem: string | null;
  reload: () => void;
  chosen: string;
  choose: (id: string) => void;
} {
  const { url, go } = useAddress();
  const { value, problem, reload } = useLoaded(useOwn());
  return {
    list: value,
    problem,
    reload,
    // A person who has one class need not choose it.
    chosen: url.searchParams.get('class') ?? (value?.length === 1 ? (value[0]?.id ?? '') : ''),
    choose: (id) => go(withParams(url, { class: id }), true),
  };
}

export function ClassSelect({
  list,
  value,
  onChange,
  all,
  label,
}: {
  list: readonly Class[];
  value: string;
  onChange: (id: string) => void;
  all?: string;
  /** The label, where more than a class is chosen. */
  label?: string;
}) {
  const o = useOfficeText();
  return (
    <SelectField label={label ?? o.timetable.class} value={value} onChange={onChange}>
      <option value="">{all ?? o.timetable.chooseClass}</option>
      {list.map((one) => (
        <option key={one.id} value={one.id}>
          {[o.classes.name(one.number), one.track, one.host].filter(Boolean).join(' · ')}
        </option>
      ))}
    </SelectField>
  );
}
