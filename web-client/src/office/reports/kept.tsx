/** Reports that are kept as files: asked for here, made by the server one after the other, never changed. */
import { useCallback, useEffect, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatBytes, formatCount } from '../../i18n';
import { formatMoment } from '../../i18n/dates';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { AskReports, KeptReport, KeptReports, ReportFormat, ReportKind } from '../../protocol';
import { useDesk, useOwnUnits, usePhase, useUnitName } from '../desk';
import { Pager, usePages } from '../pager';
import { OfficeTable } from '../table';
import { useOfficeText } from '../text';
import { askReports, kept, keptFile } from './api';
import { useEntry } from './source';
import { useReportText } from './text';

/** While reports are being made. */
const AGAIN_MS = 1_000;

export function Kept() {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const pages = usePages<number>();
  const load = useCallback(
    (signal: AbortSignal) => kept(seat, phase.id, pages.start, signal),
    [seat, phase.id, pages.start],
  );
  const { value, problem, reload } = useLoaded(load);
  const isRunning = (value?.waiting ?? 0) > 0;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isRunning, reload]);
  return (
    <>
      <AskForm onAsked={reload} />
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && <Files found={value} pages={pages} />}
    </>
  );
}

const KINDS: readonly ReportKind[] = ['pack', 'completion', 'summary', 'sheets'];
const TABLES = ['xlsx', 'csv', 'gb18030'] as const;
/** In place of the code of a unit. */
const ALL = '';
const EACH = 'each';

function isTable(kind: ReportKind): boolean {
  return kind === 'completion' || kind === 'summary';
}

function AskForm({ onAsked }: { onAsked: () => void }) {
  const { seat, units } = useDesk();
  const phase = usePhase();
  const o = useOfficeText();
  const { kept: k } = useReportText();
  const own = useOwnUnits();
  const seesAll = own.length === units.length;
  const [kind, setKind] = useState<ReportKind>('pack');
  const [format, setFormat] = useState<ReportFormat>('xlsx');
  const [unit, setUnit] = useState(seesAll ? EACH : (own[0]?.code ?? EACH));
  const [told, setTold] = useState('');
  const sending = useSending();
  const isBad = unit === ALL && kind === 'pack';
  const send = async () => {
    setTold('');
    const body: AskReports = {
      kind,
      format: isTable(kind) ? format : 'zip',
      unit: unit === ALL || unit === EACH ? null : unit,
      each: unit === EACH,
    };
    const asked = await sending.send(async () => {
      setTold(k.asked((await askReports(seat, phase.id, body)).files));
    });
    if (asked) onAsked();
  };
  return (
    <section className="panel report-panel" aria-label={k.ask}>
      <h2>{k.ask}</h2>
      <p className="hint">{k.what[kind]}</p>
      <div className="filter-bar">
        <Choices what={{ kind, format, unit }} onKind={setKind} onFormat={setFormat} onUnit={setUnit} />
        <button
          type="button"
          className="button primary"
          disabled={sending.busy || isBad}
          onClick={() => void send()}
        >
          {sending.busy ? o.doing : k.make}
        </button>
      </div>
      {told && <Alert tone="good">{told}</Alert>}
      {sending.problem && <Alert>{k.problem[sending.problem] ?? k.problem.other}</Alert>}
    </section>
  );
}

interface ChoicesProps {
  what: { kind: ReportKind; format: ReportFormat; unit: string };
  onKind: (kind: ReportKind) => void;
  onFormat: (format: ReportFormat) => void;
  onUnit: (unit: string) => void;
}

function Choices({ what, onKind, onFormat, onUnit }: ChoicesProps) {
  const { units } = useDesk();
  const o = useOfficeText();
  const w = useReportText();
  const k = w.kept;
  const own = useOwnUnits();
  const seesAll = own.length === units.length;
  return (
    <>
      <select
        aria-label={w.part}
        value={what.kind}
        onChange={(event) => onKind(event.target.value as ReportKind)}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {k.kinds[one]}
          </option>
        ))}
      </select>
      <select aria-label={o.unit} value={what.unit} onChange={(event) => onUnit(event.target.value)}>
        {own.length > 1 && <option value={EACH}>{k.each}</option>}
        {seesAll && what.kind !== 'pack' && <option value={ALL}>{k.all}</option>}
        {own.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      {isTable(what.kind) && (
        <select
          aria-label={k.format}
          value={what.format}
          onChange={(event) => onFormat(event.target.value as ReportFormat)}
        >
          {TABLES.map((one) => (
            <option key={one} value={one}>
              {o.formats[one]}
            </option>
          ))}
        </select>
      )}
    </>
  );
}

function Files({ found, pages }: { found: KeptReports; pages: ReturnType<typeof usePages<number>> }) {
  const { kept: k } = useReportText();
  if (found.rows.length === 0 && pages.number === 1) return <p className="panel empty">{k.none}</p>;
  const last = found.rows[0]?.at_ms;
  // Those that were asked for together.
  const together = found.rows.filter(({ at_ms }) => at_ms === last).length;
  return (
    <section className="panel report-panel" aria-label={k.files}>
      <h2>{k.files}</h2>
      {found.waiting > 0 && (
        <div role="status" className="report-progress">
          <progress
            max={Math.max(together, found.waiting)}
            value={Math.max(together, found.waiting) - found.waiting}
          />
          {k.waiting(formatCount(found.waiting))}
        </div>
      )}
      <p className="hint">{k.hint}</p>
      <OfficeTable
        label={k.files}
        className="report-table"
        headings={[k.report, k.download, k.source, k.size, k.asked_by]}
      >
        {found.rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </OfficeTable>
      <Pager pages={pages} next={found.next} />
    </section>
  );
}

function Row({ row }: { row: KeptReport }) {
  const { seat } = useDesk();
  const o = useOfficeText();
  const { language } = useText();
  const { kept: k } = useReportText();
  const unitName = useUnitName();
  const entry = useEntry();
  return (
    <tr>
      <th scope="row">
        {row.unit === null ? k.all : unitName(row.unit)} {k.kinds[row.kind]}{' '}
        <small>{row.format === 'zip' ? k.zip : o.formats[row.format]}</small>
      </th>
      <td>
        {row.state === 'made' ? (
          <a className="button small" href={keptFile(seat, row.id)} download>
            <Icon name="download" />
            {k.download}
          </a>
        ) : (
          <span className={row.state === 'failed' ? 'mark bad' : 'mark calm'}>{k.state[row.state]}</span>
        )}
      </td>
      <td title={row.sha256 ?? ''}>{row.source ? entry(row.source) : '—'}</td>
      <td className="figure">{row.bytes === null ? '—' : formatBytes(row.bytes)}</td>
      <td>
        {row.by} <small>{formatMoment(row.at_ms, language)}</small>
      </td>
    </tr>
  );
}
