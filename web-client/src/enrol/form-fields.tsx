/** The fields of the registration form in their groups. */
import { SelectField, TextField } from '../kit/field';
import { usePortalText } from '../kit/portal-text';
import type { DocumentKind, Phase, SchoolKind, Sex, Unit, UnitKind } from '../protocol';
import type { Draft, FieldName, Kept } from './form';
import { asksSex } from './form';
import { useEnrolText } from './text';

const DOCUMENTS: readonly DocumentKind[] = ['resident', 'permit', 'passport'];
const SCHOOLS: readonly SchoolKind[] = ['secondary', 'higher', 'university', 'administration'];
const SEXES: readonly Sex[] = ['male', 'female', 'unsaid'];
const UNIT_KINDS: readonly UnitKind[] = ['province', 'planned_city', 'corps', 'direct'];

interface Props {
  draft: Draft;
  kept: Kept;
  phase: Phase;
  units: readonly Unit[];
  /** The names of the fields, where they are not those for people who fill in their own form. */
  words?: Record<FieldName, string>;
  /** The mistake in a field, in words; null = there is nothing to say. */
  wrong: (field: FieldName) => string | null;
  onChange: (field: FieldName, value: string) => void;
  onLeave: (field: FieldName) => void;
}

export function FormFields(props: Props) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  const { draft, kept, phase, units, words = enrol.field, wrong, onChange, onLeave } = props;
  const of = (field: FieldName) => ({
    name: field,
    label: words[field],
    value: draft[field],
    wrong: wrong(field),
    onChange: (value: string) => onChange(field, value),
    onBlur: () => onLeave(field),
  });
  const number = kept.document_number === '' ? enrol.numberHint : enrol.numberKept(kept.document_number);
  return (
    <>
      <fieldset className="panel">
        <legend>{enrol.who}</legend>
        <TextField {...of('name')} hint={enrol.nameHint} autoComplete="name" />
        <div className="form-row">
          <Choice {...of('document_kind')} options={DOCUMENTS.map((one) => [one, p.documentKind[one]])} />
          <TextField {...of('document_number')} hint={number} />
        </div>
        {asksSex(draft) && (
          <Choice {...of('sex')} empty options={SEXES.map((one) => [one, enrol.sex[one]])} />
        )}
      </fieldset>
      <fieldset className="panel">
        <legend>{enrol.from}</legend>
        <UnitField {...of('unit')} units={units} hint={enrol.unitHint} />
        <TextField {...of('school')} hint={enrol.schoolHint} autoComplete="organization" />
        <Choice {...of('school_kind')} empty options={SCHOOLS.map((one) => [one, p.schoolKind[one]])} />
      </fieldset>
      {(phase.tracks.length > 0 || phase.categories.length > 0) && (
        <fieldset className="panel">
          <legend>{enrol.what}</legend>
          {phase.tracks.length > 0 && (
            <Choice {...of('track')} empty options={phase.tracks.map((one) => [one, one])} />
          )}
          {phase.categories.length > 0 && (
            <Choice {...of('category')} empty options={phase.categories.map((one) => [one, one])} />
          )}
        </fieldset>
      )}
      <fieldset className="panel">
        <legend>{enrol.contact}</legend>
        <TextField
          {...of('mobile')}
          inputMode="tel"
          autoComplete="tel"
          {...(kept.mobile !== '' && { hint: enrol.mobileKept(kept.mobile) })}
        />
        <details>
          <summary>{enrol.more}</summary>
          <div className="form more">
            <TextField {...of('email')} inputMode="email" autoComplete="email" placeholder={kept.email} />
            <div className="form-row">
              <TextField {...of('school_code')} hint={enrol.codeHint} inputMode="numeric" />
              <TextField {...of('position')} autoComplete="organization-title" />
            </div>
            <div className="form-row">
              <TextField {...of('title')} />
              <TextField {...of('subject')} />
            </div>
            <TextField {...of('note')} />
          </div>
        </details>
      </fieldset>
    </>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  wrong: string | null;
  onChange: (value: string) => void;
  onBlur: () => void;
  options: readonly (readonly [string, string])[];
  /** Whether nothing is chosen at first. */
  empty?: boolean;
}

function Choice({ options, empty = false, ...field }: ChoiceProps) {
  const p = usePortalText();
  return (
    <SelectField {...field}>
      {empty && <option value="">{p.choose}</option>}
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}

interface UnitProps extends Omit<ChoiceProps, 'options' | 'empty'> {
  units: readonly Unit[];
  hint: string;
}

function UnitField({ units, ...field }: UnitProps) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  return (
    <SelectField {...field}>
      <option value="">{p.choose}</option>
      {UNIT_KINDS.map((kind) => {
        const of = units.filter((unit) => unit.kind === kind);
        return (
          of.length > 0 && (
            <optgroup key={kind} label={enrol.unitKinds[kind]}>
              {of.map((unit) => (
                <option key={unit.code} value={unit.code}>
                  {unit.name}
                </option>
              ))}
            </optgroup>
          )
        );
      })}
    </SelectField>
  );
}
