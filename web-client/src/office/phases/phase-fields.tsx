/** The fields of a phase: figures, windows, directions. */
import { TextAreaField, TextField } from '../../kit/field';
import { usePortalText } from '../../kit/portal-text';
import { useOfficeText } from '../text';
import { linesOf, seatsFrom } from '../typed';
import { figuresOf, type PhaseDraft } from './phase';

interface Props {
  draft: PhaseDraft;
  /** Whether sending was tried; only then are texts marked that are no figures. */
  tried: boolean;
  /** Whether the number stays for good. */
  fixedNumber: boolean;
  wrong: (field: string) => string | null;
  onChange: (part: Partial<PhaseDraft>) => void;
}

export function PhaseFields({ draft, tried, fixedNumber, wrong, onChange }: Props) {
  const { phases: w } = useOfficeText();
  return (
    <>
      <Figures draft={draft} tried={tried} fixedNumber={fixedNumber} wrong={wrong} onChange={onChange} />
      <TextField
        label={w.phaseTitle}
        value={draft.title}
        wrong={wrong('title')}
        onChange={(title) => onChange({ title })}
      />
      <DaysFields
        label={w.registration}
        first={draft.regFirst}
        last={draft.regLast}
        wrong={wrong('registration')}
        onChange={(regFirst, regLast) => onChange({ regFirst, regLast })}
      />
      <DaysFields
        label={w.study}
        first={draft.studyFirst}
        last={draft.studyLast}
        wrong={wrong('study')}
        onChange={(studyFirst, studyLast) => onChange({ studyFirst, studyLast })}
      />
      <div className="form-row">
        <TextAreaField
          label={w.tracks}
          hint={w.tracksHint}
          value={draft.tracks}
          wrong={wrong('tracks')}
          onChange={(tracks) => onChange({ tracks })}
        />
        <TextAreaField
          label={w.categories}
          hint={w.categoriesHint}
          value={draft.categories}
          wrong={wrong('categories')}
          onChange={(categories) => onChange({ categories })}
        />
      </div>
      <SchoolFields draft={draft} tried={tried} wrong={wrong} onChange={onChange} />
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.choose}
          onChange={(event) => onChange({ choose: event.target.checked })}
        />
        {w.chooseClass}
      </label>
    </>
  );
}

function Figures({ draft, tried, fixedNumber, wrong, onChange }: Props) {
  const p = usePortalText();
  const { phases: w } = useOfficeText();
  const figures = figuresOf(draft);
  const none = (field: keyof typeof figures) => (tried && figures[field] === null ? p.wrong.value : null);
  return (
    <div className="form-row three">
      <TextField
        label={w.number}
        inputMode="numeric"
        value={draft.number}
        disabled={fixedNumber}
        wrong={none('number') ?? wrong('number')}
        onChange={(number) => onChange({ number })}
      />
      <TextField
        label={w.hours}
        value={draft.hours}
        wrong={none('hours') ?? wrong('hours_ch')}
        onChange={(hours) => onChange({ hours })}
      />
      <TextField
        label={w.plan}
        inputMode="numeric"
        value={draft.plan}
        wrong={none('plan') ?? wrong('plan_seats')}
        onChange={(plan) => onChange({ plan })}
      />
    </div>
  );
}

/** The number of people that a school may send, and their categories. */
function SchoolFields({ draft, tried, wrong, onChange }: Omit<Props, 'fixedNumber'>) {
  const p = usePortalText();
  const { phases: w } = useOfficeText();
  const none = (text: string) =>
    tried && text.trim() !== '' && seatsFrom(text) === null ? p.wrong.value : null;
  return (
    <div className="form-row three">
      <TextField
        label={w.perSchool}
        hint={w.perSchoolHint}
        optional={p.optional}
        inputMode="numeric"
        value={draft.perSchool}
        wrong={none(draft.perSchool) ?? wrong('per_school.seats')}
        onChange={(perSchool) => onChange({ perSchool })}
      />
      {draft.perSchool.trim() !== '' &&
        linesOf(draft.categories).map((category) => {
          const value = draft.perCategory[category] ?? '';
          return (
            <TextField
              key={category}
              label={w.perCategory(category)}
              hint={w.perCategoryHint}
              optional={p.optional}
              inputMode="numeric"
              value={value}
              wrong={none(value) ?? wrong(`per_school.categories.${category}`)}
              onChange={(text) => onChange({ perCategory: { ...draft.perCategory, [category]: text } })}
            />
          );
        })}
    </div>
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
  const p = usePortalText();
  const o = useOfficeText();
  const ofDay = (day: string) => (wrong !== null && day === '' ? p.wrong.missing : null);
  return (
    <fieldset>
      <legend className="label">{label}</legend>
      <div className="form-row">
        <TextField
          label={o.phases.first}
          type="date"
          value={first}
          wrong={ofDay(first) ?? (last === '' ? null : wrong)}
          onChange={(next) => onChange(next, last)}
        />
        <TextField
          label={o.phases.last}
          type="date"
          value={last}
          wrong={ofDay(last)}
          onChange={(next) => onChange(first, next)}
        />
      </div>
    </fieldset>
  );
}
