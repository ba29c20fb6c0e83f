/** The form of a registration, alone or held against the line of the list of nominees. */
import type { FieldName } from '../../enrol/form';
import type { RegistrationForm, RevealedRegistration } from '../../protocol';
import { useTraineeText } from '../enrol/text';
import { usePortalText } from '../portal/text';
import { useUnitName } from './desk';
import { useOfficeText } from './text';

/** In the order of the table of the notices. */
const SHOWN: readonly FieldName[] = [
  'name',
  'sex',
  'document_kind',
  'document_number',
  'unit',
  'school',
  'school_code',
  'school_kind',
  'position',
  'title',
  'subject',
  'track',
  'category',
  'mobile',
  'email',
  'note',
];

/** Says what a form has in a field, in words. */
function useTextOf(): (form: RegistrationForm, field: FieldName) => string {
  const p = usePortalText();
  const { enrol } = useTraineeText();
  const unitName = useUnitName();
  return (form, field) => {
    switch (field) {
      case 'sex':
        return form.sex ? enrol.sex[form.sex] : '';
      case 'document_kind':
        return form.document_kind ? p.documentKind[form.document_kind] : '';
      case 'school_kind':
        return form.school_kind ? p.schoolKind[form.school_kind] : '';
      case 'unit':
        return unitName(form.unit);
      default:
        return form[field];
    }
  };
}

function fullOf(revealed: RevealedRegistration | null, field: FieldName): string {
  return revealed && field in revealed ? revealed[field as keyof RevealedRegistration] : '';
}

interface FactsProps {
  form: RegistrationForm;
  /** Full numbers; null = masked ones are shown. */
  revealed: RevealedRegistration | null;
}

export function FormFacts({ form, revealed }: FactsProps) {
  const { enrol } = useTraineeText();
  const textOf = useTextOf();
  return (
    <dl className="facts record-facts">
      {SHOWN.map((field) => [field, fullOf(revealed, field) || textOf(form, field)] as const)
        .filter(([, text]) => text !== '')
        .map(([field, text]) => (
          <div key={field}>
            <dt>{enrol.field[field]}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Both side by side. What the list does not say differs from nothing. */
export function Comparison({ form, list, revealed }: FactsProps & { list: RegistrationForm }) {
  const { enrol } = useTraineeText();
  const { record } = useOfficeText();
  const textOf = useTextOf();
  const rows = SHOWN.map((field) => {
    const [own, listed] = [textOf(form, field), textOf(list, field)];
    return { field, own, listed, differs: listed !== '' && own !== listed };
  });
  return (
    <div className="table-scroll">
      <table className="beside" aria-label={record.beside}>
        <thead>
          <tr>
            <td />
            <th scope="col">{record.form}</th>
            <th scope="col">{record.list}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter(({ own, listed }) => own !== '' || listed !== '')
            .map(({ field, own, listed, differs }) => (
              <tr key={field} className={differs ? 'differs' : ''}>
                <th scope="row">{enrol.field[field]}</th>
                <td>{fullOf(revealed, field) || own || '—'}</td>
                <td>
                  {listed || '—'} {differs && <span className="mark bad">{record.differs}</span>}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
