/** The units' lists of nominees (R2): imported whole, with the state of each one's registration. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { STATE_TONE } from '../../enrol/registration';
import { usePortalText } from '../../kit/portal-text';
import { useLoaded } from '../../kit/use-loaded';
import type { NominationLine } from '../../protocol';
import { importNominations, nominations, nominationsFile } from '../api';
import { useDesk, useOwnUnits, usePhase, useUnitName } from '../desk';
import { ExportButton, FileLinks } from '../export';
import { Choice } from '../filter-bar';
import { ImportFile } from '../import-file';
import { Pager, usePages } from '../pager';
import { SearchBar } from '../search-box';
import { OfficeTable } from '../table';
import { useOfficeText } from '../text';
import { NomineeChanges } from './nominee';

export default function Nominations() {
  const { seat, programme } = useDesk();
  const phase = usePhase();
  const o = useOfficeText();
  const n = o.nominations;
  /** Counts the imports, so that the list below is requested again. */
  const [turn, setTurn] = useState(0);
  return (
    <>
      <div>
        <h1>{n.title}</h1>
        <p className="hint">{n.hint}</p>
      </div>
      <ImportFile
        title={n.import}
        hint={`${o.quotas.importHint} ${n.importHint}`}
        send={(file, check) => importNominations(seat, programme.id, file, check)}
        onDone={() => setTurn(turn + 1)}
      />
      <section className="panel">
        <h2>{n.template}</h2>
        <FileLinks again address={(format) => nominationsFile(seat, phase.id, format, '')} />
      </section>
      <NominationList key={turn} />
    </>
  );
}

function NominationList() {
  const { seat } = useDesk();
  const phase = usePhase();
  const units = useOwnUnits();
  const o = useOfficeText();
  const n = o.nominations;
  const r = o.registrations;
  const [filter, setFilter] = useState({ unit: '', text: '' });
  const pages = usePages<number>();
  const load = useCallback(
    (signal: AbortSignal) => nominations(seat, phase.id, filter, pages.start, signal),
    [seat, phase.id, filter, pages.start],
  );
  const { value, problem, busy, reload } = useLoaded(load);
  const change = (part: Partial<typeof filter>) => {
    setFilter({ ...filter, ...part });
    pages.reset();
  };
  const asked = filter.unit !== '' || filter.text !== '';
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{n.title}</h2>
        <span className="grow" />
        <ExportButton
          title={n.exportTitle}
          what={n.exportWhat}
          address={(format, reason) => nominationsFile(seat, phase.id, format, reason)}
        />
      </div>
      <SearchBar label={n.search} value={filter.text} onFind={(text) => change({ text })}>
        {units.length > 1 && (
          <Choice label={o.unit} value={filter.unit} onChange={(unit) => change({ unit })}>
            {units.map(({ code, short }) => [code, short])}
          </Choice>
        )}
      </SearchBar>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value?.rows.length === 0 && <p className="empty">{asked ? o.people.none : n.none}</p>}
      {value && value.rows.length > 0 && (
        <OfficeTable
          label={n.title}
          busy={busy}
          headings={[r.name, n.document, o.unit, r.school, r.track, r.mobile, n.registered, n.change]}
        >
          {value.rows.map((row) => (
            <NominationRow key={row.id} row={row} onChange={reload} />
          ))}
        </OfficeTable>
      )}
      {value && <Pager pages={pages} next={value.next} />}
    </section>
  );
}

function NominationRow({ row, onChange }: { row: NominationLine; onChange: () => void }) {
  const p = usePortalText();
  const { nominations: n } = useOfficeText();
  const unitName = useUnitName();
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td>{row.document}</td>
      <td>{unitName(row.unit)}</td>
      <td className="school">{row.school}</td>
      <td>{row.track || '—'}</td>
      <td>{row.mobile}</td>
      <td>
        {row.registered ? (
          <span className={`mark ${STATE_TONE[row.registered]}`}>{p.state[row.registered]}</span>
        ) : (
          <span className="hint">{n.notYet}</span>
        )}
      </td>
      <td>
        <NomineeChanges row={row} onChange={onChange} />
      </td>
    </tr>
  );
}
