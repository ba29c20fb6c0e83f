/** The leader of a unit's part of the programme, and the contact there (R3): exactly one of each. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { Dialog } from '../../kit/dialog';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { FormEnd } from '../../kit/form-end';
import { fieldSentence, usePortalText } from '../../kit/portal-text';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { UnitContacts, UnitPerson } from '../../protocol';
import { contacts, contactsFile, setContacts } from '../api';
import { useDesk, useOwnUnits, useUnitName } from '../desk';
import { FileLinks } from '../export';
import { SectionHead } from '../head';
import { PanelTable } from '../table';
import { useOfficeText } from '../text';

export default function Contacts() {
  const { seat, programme, may } = useDesk();
  const o = useOfficeText();
  const c = o.contacts;
  const units = useOwnUnits();
  const load = useCallback(
    (signal: AbortSignal) => contacts(seat, programme.id, signal),
    [seat, programme.id],
  );
  const { value, problem, reload } = useLoaded(load);
  const [edited, setEdited] = useState<string | null>(null);
  const of = (unit: string) => value?.find((one) => one.unit === unit) ?? null;
  return (
    <>
      <SectionHead title={c.title} hint={c.hint}>
        <FileLinks address={(format) => contactsFile(seat, programme.id, format)} />
      </SectionHead>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value && (
        <PanelTable label={c.title} headings={[o.unit, c.lead, c.contact]} actions={o.registrations.actions}>
          {units.map(({ code }) => (
            <UnitRow key={code} unit={code} of={of(code)} onEdit={may('nominate') ? setEdited : null} />
          ))}
        </PanelTable>
      )}
      {edited !== null && (
        <ContactsForm
          unit={edited}
          first={of(edited)}
          onDone={(saved) => {
            setEdited(null);
            if (saved) reload();
          }}
        />
      )}
    </>
  );
}

interface RowProps {
  unit: string;
  of: UnitContacts | null;
  onEdit: ((unit: string) => void) | null;
}

function UnitRow({ unit, of, onEdit }: RowProps) {
  const { contacts: c } = useOfficeText();
  const name = useUnitName()(unit);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{of ? <Shown person={of.lead} /> : <span className="hint">{c.none}</span>}</td>
      <td>{of && <Shown person={of.contact} />}</td>
      <td>
        {onEdit && (
          <button type="button" className="button quiet small" onClick={() => onEdit(unit)}>
            {c.edit}
          </button>
        )}
      </td>
    </tr>
  );
}

function Shown({ person }: { person: UnitPerson }) {
  return (
    <>
      <b>{person.name}</b> {person.position}
      <br />
      <small>{[person.telephone, person.mobile, person.email].filter(Boolean).join(' · ')}</small>
    </>
  );
}

const NOBODY: UnitPerson = { name: '', position: '', telephone: '', mobile: '', email: '' };
const FIELDS = ['name', 'position', 'telephone', 'mobile', 'email'] as const;

interface FormProps {
  unit: string;
  first: UnitContacts | null;
  onDone: (saved: boolean) => void;
}

function ContactsForm({ unit, first, onDone }: FormProps) {
  const { seat, programme } = useDesk();
  const p = usePortalText();
  const { contacts: c } = useOfficeText();
  const name = useUnitName()(unit);
  const known = { lead: first?.lead ?? NOBODY, contact: first?.contact ?? NOBODY };
  const [people, setPeople] = useState(known);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await sending.send(() => setContacts(seat, programme.id, { unit, ...people }))) onDone(true);
  };
  return (
    <Dialog wide title={c.of(name)} onClose={() => onDone(false)}>
      <Form draft={people} onSubmit={submit} noValidate>
        {(['lead', 'contact'] as const).map((who) => (
          <fieldset key={who}>
            <legend className="label">{c[who]}</legend>
            <div className="form-row three">
              {FIELDS.map((field) => (
                <TextField
                  key={field}
                  label={c[field]}
                  {...(field !== 'name' && field !== 'telephone' && { optional: p.optional })}
                  value={people[who][field]}
                  wrong={fieldSentence(sending.refusal, `${who}.${field}`, p)}
                  onChange={(text) => setPeople({ ...people, [who]: { ...people[who], [field]: text } })}
                />
              ))}
            </div>
          </fieldset>
        ))}
        <FormEnd sending={sending} onBack={() => onDone(false)} />
      </Form>
    </Dialog>
  );
}
