/** The rows of 结业情况表 (R4). Each name leads to the page of its person. */
import { useClassName } from '../../enrol/text';
import { hoursFigure } from '../../i18n/figures';
import { useAddress, withParams } from '../../kit/use-address';
import { ViewLink } from '../../kit/view-link';
import type { AttainmentLine } from '../../protocol';
import { usePhase, useUnitName } from '../desk';
import { OfficeTable } from '../table';
import { useReportText } from './text';

interface TableProps {
  rows: readonly AttainmentLine[];
  busy: boolean;
  onOpen: (row: AttainmentLine, link: HTMLElement) => void;
}

export function AttainmentTable({ rows, busy, onOpen }: TableProps) {
  const w = useReportText();
  const a = w.attainments;
  const figures = [a.live, a.async, a.makeup, a.adjusted, a.recognised];
  const headings = [
    a.name,
    a.result,
    ...figures,
    a.essay,
    a.unit,
    a.school,
    a.class,
    a.certificate,
    a.issued,
  ];
  return (
    <OfficeTable label={w.parts.attainments} className="report-table" headings={headings} busy={busy}>
      {rows.map((row) => (
        <Row key={row.id} row={row} onOpen={(link) => onOpen(row, link)} />
      ))}
    </OfficeTable>
  );
}

type Standing = 'yes' | 'no' | 'open' | 'behind' | 'short';

/** The result; before there is one, whether somebody has to be reminded. */
export function standingOf({ passed, pace }: Pick<AttainmentLine, 'passed' | 'pace'>): Standing {
  if (passed !== null) return passed ? 'yes' : 'no';
  return pace === 'behind' || pace === 'short' ? pace : 'open';
}

// People who are behind have not failed: they have a colour of their own.
const TONE = { yes: 'good', no: 'bad', open: 'calm', behind: 'fair', short: 'fair' } as const;

export function ResultMark({ row }: { row: AttainmentLine }) {
  const w = useReportText();
  const standing = standingOf(row);
  const words = { ...w.passed, ...w.pace };
  return <span className={`mark ${TONE[standing]}`}>{words[standing]}</span>;
}

function Row({ row, onOpen }: { row: AttainmentLine; onOpen: (link: HTMLElement) => void }) {
  const w = useReportText();
  const phase = usePhase();
  const unitName = useUnitName();
  const className = useClassName();
  const { url } = useAddress();
  return (
    <tr>
      <th scope="row" className="who">
        <ViewLink to={withParams(url, { phase: phase.id, of: String(row.id) })} onFollow={onOpen}>
          {row.name}
        </ViewLink>
        <small>{row.document}</small>
      </th>
      <td>
        <ResultMark row={row} />
      </td>
      {[row.live_ch, row.async_ch, row.makeup_ch, row.adjusted_ch].map((ch, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
        <td key={at} className="figure">
          {ch === 0 ? '—' : hoursFigure(ch)}
        </td>
      ))}
      <td className="figure">
        <b>{hoursFigure(row.recognised_ch)}</b>
      </td>
      <td>{row.essay === null ? '—' : w.essay[row.essay]}</td>
      <td>{unitName(row.unit)}</td>
      <td className="school" title={row.school}>
        {row.school}
      </td>
      <td>{className(row.class)}</td>
      <td>{row.certificate ?? '—'}</td>
      <td>{row.issued_on ?? '—'}</td>
    </tr>
  );
}
