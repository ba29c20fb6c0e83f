/** One page of registrations; on a phone it scrolls sideways beside the names. */
import { useRef } from 'react';
import { STATE_TONE } from '../../enrol/registration';
import { useClassName } from '../../enrol/text';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { usePortalText } from '../../kit/portal-text';
import { Sideways } from '../../kit/sideways';
import { useText } from '../../kit/text';
import type { Nominated, RegistrationLine } from '../../protocol';
import { useUnitName } from '../desk';
import { useOfficeText } from '../text';
import { choose, chosenOf, isChosen, type Selection } from './selection';

interface Props {
  rows: readonly RegistrationLine[];
  /** Whether the shown page is about to be replaced. */
  busy: boolean;
  /** Whether there is nothing to show yet. */
  opening: boolean;
  selection: Selection;
  /** Called with a new selection; null for people who only look. */
  onSelect: ((selection: Selection) => void) | null;
  onOpen: (id: number) => void;
}

export function RegistrationTable({ rows, busy, opening, selection, onSelect, onOpen }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const r = o.registrations;
  const box = useRef<HTMLElement>(null);
  const ids = rows.map(({ id }) => String(id));
  const chosen = chosenOf(selection, ids);
  if (opening) return <p role="status">{p.loading}</p>;
  if (rows.length === 0) return <p className="panel empty">{r.none}</p>;
  return (
    <>
      <Sideways of={box} />
      <section
        ref={box}
        className="panel table-scroll office-list-panel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={r.table}
        aria-busy={busy}
      >
        <table className="table office-table">
          <thead>
            <tr>
              {onSelect && (
                <th scope="col" className="choose">
                  <input
                    type="checkbox"
                    aria-label={r.choosePage}
                    checked={chosen === 'every'}
                    ref={(box) => {
                      if (box) box.indeterminate = chosen === 'some';
                    }}
                    onChange={() => onSelect(choose(selection, ids, chosen !== 'every'))}
                  />
                </th>
              )}
              {[
                r.name,
                r.state,
                o.unit,
                r.school,
                r.kind,
                r.track,
                r.list,
                r.mobile,
                r.submitted,
                r.class,
              ].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.id}
                row={row}
                chosen={isChosen(selection, String(row.id))}
                onChoose={onSelect && ((id, on) => onSelect(choose(selection, [String(id)], on)))}
                onOpen={onOpen}
              />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

export const LIST_TONE: Record<Nominated, string> = {
  yes: 'good',
  no: '',
  other_unit: 'fair',
  other_name: 'bad',
};

interface RowProps {
  row: RegistrationLine;
  chosen: boolean;
  onChoose: ((id: number, chosen: boolean) => void) | null;
  onOpen: (id: number) => void;
}

function Row({ row, chosen, onChoose, onOpen }: RowProps) {
  const { language } = useText();
  const p = usePortalText();
  const o = useOfficeText();
  const r = o.registrations;
  const unitName = useUnitName();
  const className = useClassName();
  return (
    <tr className={chosen ? 'chosen' : ''}>
      {onChoose && (
        <td className="choose">
          <input
            type="checkbox"
            aria-label={r.chooseOne(row.name)}
            checked={chosen}
            onChange={(event) => onChoose(row.id, event.target.checked)}
          />
        </td>
      )}
      <th scope="row" className="who">
        <button type="button" aria-label={r.open(row.name)} onClick={() => onOpen(row.id)}>
          {row.name}
        </button>
        <small>{row.document}</small>
      </th>
      <td>
        <span className={`mark ${STATE_TONE[row.state]}`}>{p.state[row.state]}</span>
        {row.waiting_place !== null && <small> {o.waiting.place(row.waiting_place)}</small>}
      </td>
      <td>{unitName(row.unit)}</td>
      <td className="school" title={row.school}>
        {row.school}
      </td>
      <td>{p.schoolKind[row.school_kind]}</td>
      <td>{row.track || '—'}</td>
      <td>
        <span className={`mark ${LIST_TONE[row.nominated]}`}>{r.nominatedMark[row.nominated]}</span>
        {row.recommended && <span className="mark good">{r.isRecommended}</span>}
      </td>
      <td>{row.mobile}</td>
      <td title={formatDay(row.submitted_at_ms, language)}>
        {shortDay(row.submitted_at_ms)} {formatTime(row.submitted_at_ms)}
      </td>
      <td>{row.class === null ? '—' : className(row.class)}</td>
    </tr>
  );
}

function shortDay(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(5, 10);
}
