/** The units' lists (R2): imported whole, and who of them has registered. */
import { useCallback, useState } from 'react';
import { importNominations, nominations, nominationsFile } from '../../office/api';
import { Trouble } from '../account/signed-in';
import { STATE_TONE } from '../enrol/registration';
import { usePortalText } from '../portal/text';
import { useLoaded } from '../use-loaded';
import { useDesk, useUnitName } from './desk';
import { FileLinks } from './export';
import { Choice } from './filter-bar';
import { ImportFile } from './import-file';
import { useOfficeText } from './text';

export default function Nominations() {
  const { seat, phase, programme, units } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const n = o.nominations;
  const unitName = useUnitName();
  const [unit, setUnit] = useState('');
  const [starts, setStarts] = useState<number[]>([]);
  const after = starts.at(-1) ?? null;
  const load = useCallback(
    (signal: AbortSignal) => nominations(seat, phase.id, unit, after, signal),
    [seat, phase.id, unit, after],
  );
  const { value, problem, reload } = useLoaded(load);
  return (
    <>
      <div>
        <h1>{n.title}</h1>
        <p className="hint">{n.hint}</p>
      </div>
      <ImportFile
        title={n.import}
        hint={`${o.quotas.importHint} ${n.importHint}`}
        send={(file) => importNominations(seat, programme.id, file)}
        onDone={reload}
      />
      <section className="panel">
        <h2>{n.template}</h2>
        <FileLinks address={(format) => nominationsFile(seat, phase.id, format, '')} />
      </section>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      <section className="panel">
        <div className="panel-head">
          <h2>{n.title}</h2>
          <span className="grow" />
          <Choice
            label={o.unit}
            value={unit}
            onChange={(next) => {
              setUnit(next);
              setStarts([]);
            }}
          >
            {units.map(({ code, short }) => [code, short])}
          </Choice>
        </div>
        {value?.rows.length === 0 && <p className="empty">{n.none}</p>}
        {value && value.rows.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          <section className="table-scroll" tabIndex={0} aria-label={n.title}>
            <table className="table office-table">
              <thead>
                <tr>
                  {[
                    o.registrations.name,
                    n.document,
                    o.unit,
                    o.registrations.school,
                    o.registrations.track,
                    o.registrations.mobile,
                    n.registered,
                  ].map((heading) => (
                    <th key={heading} scope="col">
                      {heading}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {value.rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">{row.name}</th>
                    <td>{row.document}</td>
                    <td>{unitName(row.unit)}</td>
                    <td className="school">{row.school}</td>
                    <td>{row.track || '—'}</td>
                    <td>{row.mobile}</td>
                    <td>
                      {row.registered ? (
                        <span className={`mark ${STATE_TONE[row.registered]}`}>
                          {p.state[row.registered]}
                        </span>
                      ) : (
                        <span className="hint">{n.notYet}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
        {value && (starts.length > 0 || value.next !== null) && (
          <nav className="pager" aria-label={o.page(starts.length + 1)}>
            <span className="grow" />
            <button
              type="button"
              className="button small"
              disabled={starts.length === 0}
              onClick={() => setStarts(starts.slice(0, -1))}
            >
              {o.previous}
            </button>
            <span>{o.page(starts.length + 1)}</span>
            <button
              type="button"
              className="button small"
              disabled={value.next === null}
              onClick={() => value.next !== null && setStarts([...starts, value.next])}
            >
              {o.next}
            </button>
          </nav>
        )}
      </section>
    </>
  );
}
