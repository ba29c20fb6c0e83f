/** The seats of every unit (R1): shown, changed in place, imported, exported. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import type { ApiProblem } from '../../api';
import { formatCount } from '../../i18n';
import { BackButton } from '../../kit/back-button';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { mistakeSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import type { PortalTexts } from '../../kit/portal-texts.zh';
import { Alert } from '../../kit/shell';
import { useUnsaved } from '../../kit/unsaved';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { Quota, Quotas as QuotaTable } from '../../protocol';
import { importQuotas, makeUnit, quotas, quotasFile, setQuotas } from '../api';
import { useDesk, usePhase, useUnitName } from '../desk';
import { FileLinks } from '../export';
import { ImportFile } from '../import-file';
import { OfficeTable } from '../table';
import { useOfficeText } from '../text';
import { seatsFrom } from '../typed';

export default function Quotas() {
  const { seat, programme, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const o = useOfficeText();
  const load = useCallback((signal: AbortSignal) => quotas(seat, phase.id, signal), [seat, phase.id]);
  const { value, problem, reload } = useLoaded(load);
  const mayChange = may('set_quota');
  // The panels below the table are shown after it: a table that comes later would push a button away under the finger.
  const isRead = value !== null || problem !== null;
  return (
    <>
      <h1>{o.quotas.title}</h1>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && <QuotaPanel table={value} mayChange={mayChange} onChange={reload} />}
      {mayChange && isRead && (
        <>
          <ImportFile
            title={o.quotas.import}
            hint={`${o.quotas.importHint} ${o.quotas.importAsk}`}
            send={(file, check) => importQuotas(seat, programme.id, file, check)}
            onDone={reload}
          />
          <section className="panel">
            <h2>{o.export}</h2>
            <FileLinks again address={(format) => quotasFile(seat, programme.id, format)} />
          </section>
          <NewUnitForm onMade={reload} />
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

/** The seats as they are typed, by unit. */
type Typed = Record<string, string>;

function QuotaPanel({ table, mayChange, onChange }: PanelProps) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat } = useDesk();
  const phase = usePhase();
  const unitName = useUnitName();
  /** The typed seats; null while nothing is changed. */
  const [typed, setTyped] = useState<Typed | null>(null);
  const [told, setTold] = useState(false);
  const sending = useSending();
  const rows = rowsOf(table, typed);
  const bad = rows.filter(isBad).length;
  const changed = rows.filter((row) => row.now !== null && row.now !== row.seats);
  const given = sumOf(rows, (row) => row.now ?? row.seats);
  const ready = changed.length > 0 && given <= table.plan_seats && bad === 0;
  useUnsaved(rows.some((row) => row.now !== row.seats));
  const edit = (next: Typed | null) => {
    setTyped(next);
    setTold(false);
  };
  const save = async () => {
    const body = changed.map(({ unit, now }) => ({ unit, seats: now ?? 0 }));
    if (!(await sending.send(() => setQuotas(seat, phase.id, body)))) return;
    setTyped(null);
    setTold(true);
    onChange();
  };
  return (
    <section className="panel">
      <div className={typed === null ? 'panel-head' : 'panel-head in-sight'}>
        {table.rows.length > 1 && <QuotaSums plan={table.plan_seats} given={given} />}
        <span className="grow" />
        {bad > 0 && <span className="field-problem">{o.quotas.bad(bad)}</span>}
        {mayChange && typed === null && (
          <button type="button" className="button" onClick={() => edit({})}>
            {o.quotas.edit}
          </button>
        )}
        {typed !== null && (
          <>
            <BackButton quiet onBack={() => edit(null)} />
            <button
              type="button"
              className="button primary"
              disabled={!ready || sending.busy}
              onClick={() => void save()}
            >
              {sending.busy ? p.saving : o.quotas.save}
            </button>
          </>
        )}
      </div>
      {mayChange && <p className="hint">{o.quotas.hint}</p>}
      {told && <Alert tone="good">{o.quotas.saved}</Alert>}
      {sending.refusal && <Alert>{refusalText(sending.refusal, p, unitName)}</Alert>}
      <QuotaRows rows={rows} typed={typed} onType={setTyped} />
    </section>
  );
}

/** The sentence for a refusal. A mistake in the seats of a unit has its code as the field. */
function refusalText(refusal: ApiProblem, p: PortalTexts, unitName: (code: string) => string): string {
  const mistakes = refusal.wrong.map((mistake) =>
    mistake.field === 'seats'
      ? mistakeSentence(mistake, p)
      : p.about(unitName(mistake.field), mistakeSentence(mistake, p)),
  );
  return mistakes.length > 0 ? mistakes.join(' ') : problemSentence(refusal, p);
}

interface Row extends Quota {
  text: string;
  /** The typed figure; null when the text is none. */
  now: number | null;
}

function rowsOf(table: QuotaTable, typed: Typed | null): Row[] {
  return table.rows.map((row) => {
    const text = typed?.[row.unit] ?? String(row.seats);
    return { ...row, text, now: seatsFrom(text) };
  });
}

function isBad({ now, seats, taken }: Row): boolean {
  return now === null || (now !== seats && now < taken);
}

function sumOf(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

function leftOf({ seats, taken }: Row): number {
  return Math.max(0, seats - taken);
}

function QuotaSums({ plan, given }: { plan: number; given: number }) {
  const { quotas: q } = useOfficeText();
  const rest = plan - given;
  return (
    <dl className="quota-sums">
      <div>
        <dt>{q.plan}</dt>
        <dd>{formatCount(plan)}</dd>
      </div>
      <div>
        <dt>{q.given}</dt>
        <dd>{formatCount(given)}</dd>
      </div>
      <div>
        <dt>{q.rest}</dt>
        <dd className={rest < 0 ? 'level bad' : ''}>
          {rest < 0 ? q.above(formatCount(-rest)) : formatCount(rest)}
        </dd>
      </div>
    </dl>
  );
}

interface RowsProps {
  rows: readonly Row[];
  typed: Typed | null;
  onType: (typed: Typed) => void;
}

function QuotaRows({ rows, typed, onType }: RowsProps) {
  const o = useOfficeText();
  const q = o.quotas;
  const figures: ((row: Row) => number)[] = [
    (row) => row.now ?? row.seats,
    (row) => row.taken,
    leftOf,
    (row) => row.submitted,
    (row) => row.waitlisted,
    (row) => row.nominated,
  ];
  return (
    <OfficeTable
      label={q.title}
      className="quota-table"
      headings={[o.unit, q.seats, q.taken, q.left, q.submitted, q.waitlisted, q.nominated]}
    >
      {rows.map((row) => (
        <QuotaRow key={row.unit} row={row} typed={typed} onType={onType} />
      ))}
      {rows.length > 1 && (
        <tr className="total">
          <th scope="row">{o.total}</th>
          {figures.map((of, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
            <td key={at}>{formatCount(sumOf(rows, of))}</td>
          ))}
        </tr>
      )}
    </OfficeTable>
  );
}

function QuotaRow({ row, typed, onType }: { row: Row } & Omit<RowsProps, 'rows'>) {
  const { quotas: q } = useOfficeText();
  const name = useUnitName()(row.unit);
  const full = row.seats > 0 && row.taken >= row.seats;
  return (
    <tr className={row.now !== row.seats ? 'chosen' : ''}>
      <th scope="row">{name}</th>
      <td>
        {typed === null ? (
          formatCount(row.seats)
        ) : (
          <input
            type="text"
            inputMode="numeric"
            className="seats-input"
            aria-label={q.seatsOf(name)}
            aria-invalid={isBad(row)}
            value={row.text}
            onChange={(event) => onType({ ...typed, [row.unit]: event.target.value })}
          />
        )}
        {isBad(row) && <p className="field-problem">{row.now === null ? q.noFigure : q.below(row.taken)}</p>}
      </td>
      <td>{formatCount(row.taken)}</td>
      <td className={full ? 'level bad' : ''}>{formatCount(leftOf(row))}</td>
      <td>{formatCount(row.submitted)}</td>
      <td>{formatCount(row.waitlisted)}</td>
      <td>{formatCount(row.nominated)}</td>
    </tr>
  );
}

function NewUnitForm({ onMade }: { onMade: () => void }) {
  const p = usePortalText();
  const o = useOfficeText();
  const { seat, programme, reload } = useDesk();
  const [name, setName] = useState('');
  const [told, setTold] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold('');
    if (!(await sending.send(() => makeUnit(seat, programme.id, name.trim())))) return;
    setTold(o.quotas.newUnitMade(name.trim()));
    setName('');
    reload();
    onMade();
  };
  const mistake = sending.refusal?.wrong[0];
  return (
    <details className="panel">
      <summary>{o.quotas.newUnit}</summary>
      <Form draft={name.trim()} onSubmit={submit}>
        <p className="hint">{o.quotas.newUnitHint}</p>
        {told && <Alert tone="good">{told}</Alert>}
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
      </Form>
    </details>
  );
}
