/** The filter of the registrations: by state, unit, direction, list, recommendation, and by a text. */
import { useClassName } from '../enrol/text';
import { formatCount } from '../i18n';
import { usePortalText } from '../kit/portal-text';
import type { RegistrationCounts, RegistrationState } from '../protocol';
import { useOwnUnits, usePhase } from './desk';
import { ANY, type Filter, isNarrow, LISTED, STATES } from './registrations/filter';
import { SearchBar } from './search-box';
import { useOfficeText } from './text';

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function StateTabs({ filter, counts, onChange }: Props & { counts: RegistrationCounts | null }) {
  const p = usePortalText();
  const o = useOfficeText();
  const countOf = (state: RegistrationState) => counts?.states.find((one) => one.state === state)?.count ?? 0;
  // Empty states only take room, but for those that are worked on.
  const shown = STATES.filter(
    (state) =>
      ['submitted', 'waitlisted', 'approved'].includes(state) || countOf(state) > 0 || state === filter.state,
  );
  const tab = (state: RegistrationState | '', text: string, count: number | null) => (
    <button
      key={state}
      type="button"
      className="state-tab"
      aria-pressed={filter.state === state}
      onClick={() => onChange({ ...filter, state })}
    >
      {text}
      {count !== null && <b>{formatCount(count)}</b>}
    </button>
  );
  return (
    <fieldset className="state-tabs" aria-label={o.registrations.state}>
      {tab('', o.any, counts?.all ?? null)}
      {shown.map((state) => tab(state, p.state[state], counts ? countOf(state) : null))}
    </fieldset>
  );
}

export function FilterBar({ filter, onChange }: Props) {
  const phase = usePhase();
  const o = useOfficeText();
  const r = o.registrations;
  const units = useOwnUnits();
  const className = useClassName();
  const set = (part: Partial<Filter>) => onChange({ ...filter, ...part });
  const clear = () => onChange({ ...ANY, state: filter.state });
  return (
    <SearchBar label={r.search} value={filter.text} onFind={(text) => set({ text })}>
      {units.length > 1 && (
        <Choice label={o.unit} value={filter.unit} onChange={(unit) => set({ unit })}>
          {units.map(({ code, short }) => [code, short])}
        </Choice>
      )}
      {phase.tracks.length > 0 && (
        <Choice label={r.track} value={filter.track} onChange={(track) => set({ track })}>
          {phase.tracks.map((track) => [track, track])}
        </Choice>
      )}
      <Choice
        label={r.nominated}
        value={filter.nominated}
        onChange={(nominated) => set({ nominated: nominated as Filter['nominated'] })}
      >
        {LISTED.map((one) => [one, one === 'differs' ? r.differsFromList : r.nominatedMark[one]])}
      </Choice>
      <Choice
        label={r.recommended}
        value={filter.recommended}
        onChange={(recommended) => set({ recommended: recommended as Filter['recommended'] })}
      >
        {[
          ['yes', r.isRecommended],
          ['no', r.notRecommended],
        ]}
      </Choice>
      {filter.class !== '' && <span className="mark calm">{className(filter.class)}</span>}
      {isNarrow(filter) && (
        <button type="button" className="button quiet" onClick={clear}>
          {r.clear}
        </button>
      )}
    </SearchBar>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: [string, string][];
}

/** A choice, named by its first option, so that a row of them stays short. */
export function Choice({ label, value, onChange, children }: ChoiceProps) {
  const o = useOfficeText();
  return (
    <select
      className={value === '' ? '' : 'narrowed'}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">
        {label}: {o.any}
      </option>
      {children.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
