/** The seats of every unit (R1): looked at, changed in place, imported, exported. */
import { type FormEvent, useCallback, useState } from 'react';
import { formatCount } from '../../i18n';
import { importQuotas, makeUnit, quotas, quotasFile, setQuotas } from '../../office/api';
import { seatsFrom } from '../../office/seats';
import type { Quotas as QuotaTable } from '../../protocol';
import { Trouble } from '../account/signed-in';
import { TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { mistakeSentence, problemSentence, usePortalText } from '../portal/text';
import { useLoaded, useSending } from '../use-loaded';
import { useDesk, useUnitName } from './desk';
import { FileLinks } from './export';
import { ImportFile } from './import-file';
import { useOfficeText } from './text';

export default function Quotas() {
  const { seat, phase, programme, may } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const load = useCallback((signal: AbortSignal) => quotas(seat, phase.id, signal), [seat, phase.id]);
  const { value, problem, reload } = useLoaded(load);
  const mayChange = may('set_quota');
  return (
    <>
      <h1>{o.quotas.title}</h1>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && <QuotaPanel table={value} mayChange={mayChange} onChange={reload} />}
      {mayChange && (
        <>
          <ImportFile
            title={o.quotas.import}
            hint={`${o.quotas.importHint} ${o.quotas.importAsk}`}
            send={(file) => importQuotas(seat, programme.id, file)}
            onDone={reload}
          />
          <section className="panel">
            <h2>{o.export}</h2>
            <FileLinks address={(format) => quotasFile(seat, programme.id, format)} />
          </section>
          <NewUnitForm />
        </>
      )}
    </>
  );
}

interface PanelProps {
  table: QuotaTable;
  mayChange: boolean;
  onChange: () => void;
}

function QuotaPanel({ table, mayChange, onChange }: PanelProps) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat, phase } = useDesk();
  const unitName = useUnitName();
  /** Seats as they are typed, by unit; null while nothing is changed. */
  const [typed, setTyped] = useState<Record<string, string> | null>(null);
  const [told, setTold] = useState(false);
  const sending = useSending();
  const rows = table.rows.map((row) => {
    const text = typed?.[row.unit] ?? String(row.seats);
    return { ...row, text, now: seatsFrom(text) };
  });
  const given = rows.reduce((all, row) => all + (row.now ?? row.seats), 0);
  const over = given - table.plan_seats;
  const changed = rows.filter((row) => row.now !== null && row.now !== row.seats);
  const isBad = (row: (typeof rows)[number]) =>
    row.now === null || (row.now !== row.seats && row.now < row.taken);
  const bad = rows.some(isBad) || over > 0;
  const save = async () => {
    const body = changed.map(({ unit, now }) => ({ unit, seats: now ?? 0 }));
    if (!(await sending.send(() => setQuotas(seat, phase.id, body)))) return;
    setTyped(null);
    setTold(true);
    onChange();
  };
  const refused = (unit: string) => {
    const at = sending.refusal?.wrong.find(({ field }) => field === unit);
    return at ? mistakeSentence(at, p) : null;
  };
  const sum = (of: (row: (typeof rows)[number]) => number) =>
    formatCount(rows.reduce((all, row) => all + of(row), 0));
  return (
    <section className="panel">
      <div className="panel-head">
        <dl className="quota-sums">
          <div>
            <dt>{o.quotas.plan}</dt>
            <dd>{formatCount(table.plan_seats)}</dd>
          </div>
          <div>
            <dt>{o.quotas.given}</dt>
            <dd>{formatCount(given)}</dd>
          </div>
          <div>
            <dt>{o.quotas.rest}</dt>
            <dd className={over > 0 ? 'level bad' : ''}>
              {over > 0 ? o.quotas.above(formatCount(over)) : formatCount(-over)}
            </dd>
          </div>
        </dl>
        <span className="grow" />
        {mayChange && typed === null && (
          <button
            type="button"
            className="button"
            onClick={() => {
              setTyped({});
              setTold(false);
            }}
          >
            {o.quotas.edit}
          </button>
        )}
        {typed !== null && (
          <>
            <button type="button" className="button quiet" onClick={() => setTyped(null)}>
              {o.back}
            </button>
            <button
              type="button"
              className="button primary"
              disabled={bad || changed.length === 0 || sending.busy}
              onClick={() => void save()}
            >
              {sending.busy ? p.saving : o.quotas.save}
            </button>
          </>
        )}
      </div>
      {mayChange && <p className="hint">{o.quotas.hint}</p>}
      {told && <Alert tone="good">{o.quotas.saved}</Alert>}
      {sending.refusal && (
        <Alert>
          {sending.refusal.wrong.map((mistake) => mistakeSentence(mistake, p)).join(' ') ||
            problemSentence(sending.refusal, p)}
        </Alert>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={o.quotas.title}>
        <table className="table office-table quota-table">
          <thead>
            <tr>
              <th scope="col">{o.unit}</th>
              {[
                o.quotas.seats,
                o.quotas.taken,
                o.quotas.left,
                o.quotas.submitted,
                o.quotas.waitlisted,
                o.quotas.nominated,
              ].map((heading) => (
                <th key={heading} scope="col" className="figure">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.unit} className={row.now !== row.seats ? 'chosen' : ''}>
                <th scope="row">{unitName(row.unit)}</th>
                <td className="figure">
                  {typed === null ? (
                    formatCount(row.seats)
                  ) : (
                    <input
                      type="text"
                      inputMode="numeric"
                      className="seats-input"
                      aria-label={o.quotas.seatsOf(unitName(row.unit))}
                      aria-invalid={isBad(row)}
                      title={
                        row.now !== null && row.now < row.taken
                          ? o.quotas.below(row.taken)
                          : (refused(row.unit) ?? '')
                      }
                      value={row.text}
                      onChange={(event) => setTyped({ ...typed, [row.unit]: event.target.value })}
                    />
                  )}
                </td>
                <td className="figure">{formatCount(row.taken)}</td>
                <td className={row.seats > 0 && row.taken >= row.seats ? 'figure level bad' : 'figure'}>
                  {formatCount(Math.max(0, row.seats - row.taken))}
                </td>
                <td className="figure">{formatCount(row.submitted)}</td>
                <td className="figure">{formatCount(row.waitlisted)}</td>
                <td className="figure">{formatCount(row.nominated)}</td>
              </tr>
            ))}
          </tbody>
          {rows.length > 1 && (
            <tfoot>
              <tr>
                <th scope="row">{o.total}</th>
                <td className="figure">{formatCount(given)}</td>
                <td className="figure">{sum((row) => row.taken)}</td>
                <td className="figure">{sum((row) => Math.max(0, row.seats - row.taken))}</td>
                <td className="figure">{sum((row) => row.submitted)}</td>
                <td className="figure">{sum((row) => row.waitlisted)}</td>
                <td className="figure">{sum((row) => row.nominated)}</td>
              </tr>
            </tfoot>
          )}
        </table>
      </section>
    </section>
  );
}

function NewUnitForm() {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat, programme, reload } = useDesk();
  const [name, setName] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => makeUnit(seat, programme.id, name.trim())))) return;
    setName('');
    reload();
  };
  const mistake = sending.refusal?.wrong[0];
  return (
    <details className="panel">
      <summary>{o.quotas.newUnit}</summary>
      <form className="form" onSubmit={submit}>
        <p className="hint">{o.quotas.newUnitHint}</p>
        <TextField
          label={o.quotas.newUnitName}
          value={name}
          wrong={
            mistake
              ? mistakeSentence(mistake, p)
              : sending.refusal
                ? problemSentence(sending.refusal, p)
                : null
          }
          onChange={setName}
        />
        <div className="row">
          <button type="submit" className="button" disabled={sending.busy || name.trim() === ''}>
            {o.quotas.newUnitSave}
          </button>
        </div>
      </form>
    </details>
  );
}
