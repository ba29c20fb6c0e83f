/** 分省汇总 (R5). */
import { useCallback } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatCount } from '../../i18n';
import { usePortalText } from '../../kit/portal-text';
import { useLoaded } from '../../kit/use-loaded';
import type { SummaryLine } from '../../protocol';
import { useDesk, usePhase, useUnitName } from '../desk';
import { FileLinks } from '../export';
import { OfficeTable } from '../table';
import { useOfficeText } from '../text';
import { summary, summaryFile } from './api';
import { Source } from './source';
import { useReportText } from './text';

export function Summary() {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const o = useOfficeText();
  const w = useReportText();
  const s = w.summary;
  const unitName = useUnitName();
  const load = useCallback((signal: AbortSignal) => summary(seat, phase.id, signal), [seat, phase.id]);
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return <p role="status">{p.loading}</p>;
  const counts = [s.quota, s.registered, s.approved, s.attended, s.passed, s.certificates];
  const rates = [s.attendedRate, s.passedRate, s.hours, s.present, s.interactions];
  return (
    <section className="panel report-panel">
      <OfficeTable label={w.parts.summary} className="report-table" headings={[o.unit, ...counts, ...rates]}>
        {value.rows.map((row) => (
          <tr key={row.unit}>
            <th scope="row">{unitName(row.unit)}</th>
            <Figures row={row} />
          </tr>
        ))}
        {value.rows.length > 1 && (
          <tr className="total">
            <th scope="row">{o.total}</th>
            <Figures row={value.total} />
          </tr>
        )}
      </OfficeTable>
      <p className="hint">{w.summaryHint}</p>
      <Source source={value.source} />
      <FileLinks address={(format) => summaryFile(seat, phase.id, format)} />
    </section>
  );
}

function Figures({ row }: { row: SummaryLine }) {
  const counts = [row.quota, row.registered, row.approved, row.attended, row.passed, row.certificates];
  const figures = [
    ...counts.map((count) => (count === null ? '—' : formatCount(count))),
    ...[row.attended_rate, row.passed_rate, row.hours_each, row.present_rate, row.interactions_each],
  ];
  return figures.map((figure, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
    <td key={at} className="figure">
      {figure}
    </td>
  ));
}
