/** The form of a registration, alone or beside the line of the list of nominees. */
import type { FieldName } from '../../enrol/form';
import { useEnrolText } from '../../enrol/text';
import { usePortalText } from '../../kit/portal-text';
import type { RegistrationForm, RevealedNominee, RevealedRegistration } from '../../protocol';
import { useUnitName } from '../desk';
import { useOfficeText } from '../text';

/** The fields in the order of the table of the notices. */
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

/** The names of the fields. Forms speak to people who fill them in; the office has words of its own for some fields. */
export function useFieldWords(): Record<FieldName, string> {
  const { enrol } = useEnrolText();
  const { record } = useOfficeText();
  return { ...enrol.field, ...record.field };
}

const REVEALED: readonly FieldName[] = ['document_number', 'mobile', 'email'];

/** Returns the text of a field of a form, in words. */
function useTextOf(): (form: RegistrationForm, field: FieldName) => string {
  const p = usePortalText();
  const { enrol } = useEnrolText();
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

/** The numbers in full, where they were requested. */
function fullOf(revealed: RevealedNominee | null | undefined, field: FieldName): string {
  return revealed && REVEALED.includes(field) ? revealed[field as keyof RevealedNominee] : '';
}

interface FactsProps {
  form: RegistrationForm;
  /** The full numbers; null = masked ones are shown. */
  revealed: RevealedRegistration | null;
}

export function FormFacts({ form, revealed }: FactsProps) {
  const words = useFieldWords();
  const textOf = useTextOf();
  return (
    <dl className="facts record-facts">
      {SHOWN.map((field) => [field, fullOf(revealed, field) || textOf(form, field)] as const)
        .filter(([, text]) => text !== '')
        .map(([field, text]) => (
          <div key={field}>
            <dt>{words[field]}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

interface ComparisonProps extends FactsProps {
  list: RegistrationForm;
  /** The names of the fields that differ; the server compares fields that are masked here. */
  differs: readonly string[];
}

/** Both side by side, differing fields first; on a phone one above the other. */
export function Comparison({ form, list, differs, revealed }: ComparisonProps) {
  const { record } = useOfficeText();
  const words = useFieldWords();
  const textOf = useTextOf();
  const rows = SHOWN.map((field) => ({
    field,
    own: fullOf(revealed, field) || textOf(form, field),
    listed: fullOf(revealed?.nomination, field) || textOf(list, field),
    unlike: differs.includes(field),
  })).filter(({ own, listed }) => own !== '' || listed !== '');
  return (
    <table className="beside" aria-label={record.beside}>
      <thead>
        <tr>
          <td />
          <th scope="col">{record.form}</th>
          <th scope="col">{record.list}</th>
        </tr>
      </thead>
      <tbody>
        {[...rows.filter(({ unlike }) => unlike), ...rows.filter(({ unlike }) => !unlike)].map(
          ({ field, own, listed, unlike }) => (
            <tr key={field} className={unlike ? 'differs' : ''}>
              <th scope="row">
                {words[field]} {unlike && <span className="mark bad">{record.differs}</span>}
              </th>
              <td data-of={record.form}>{own || '—'}</td>
              <td data-of={record.list}>{listed || '—'}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
