/** One trainee on the class sheet; pressed, the row shows the reasons, and lets an operator correct the result. */
import { useState } from 'react';
import { useClassText } from '../class/text';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import type { CourseKind, HoursLine } from '../protocol';
import { correct } from './api';
import { CorrectionForm } from './decision-form';
import { Reasons } from './lesson-card';
import { type Column, columnsOf, marksOf } from './table';
import { useHoursText } from './text';

interface Props {
  line: HoursLine;
  kind: CourseKind;
  lesson: string;
  /** Seconds taught in the lesson. */
  taughtS: number;
  /** The operator's seat; null = the viewer may not correct. */
  seat: string | null;
  onChange: () => void;
}

export function SheetRow({ line, kind, lesson, taughtS, seat, onChange }: Props) {
  const { t, language } = useClassText();
  const h = useHoursText();
  const [open, setOpen] = useState(false);
  const minutes = t.inClass.span;
  const columns = columnsOf(kind);
  // Self-study may be done on any day.
  const day = (ms: number) => (kind === 'async' ? `${formatDay(ms, language)} ` : '');
  const time = (ms: number | null) => (ms === null ? '—' : day(ms) + formatTime(ms));
  const cells: Record<Exclude<Column, 'name' | 'marks'>, string> = {
    credit: hoursFigure(line.lesson_ch),
    counted: minutes(line.counted_s),
    withReplay: line.with_replay_s === line.counted_s ? '—' : minutes(line.with_replay_s),
    checks: line.asked > 0 ? `${line.answered}/${line.asked}` : '—',
    voidBlocks: line.void_blocks.join(', ') || '—',
    first: time(line.first_ms),
    last: time(line.last_ms),
  };
  return (
    <tbody>
      <tr>
        <th scope="row">
          <button
            type="button"
            aria-expanded={open}
            aria-label={h.table.details(line.name)}
            onClick={() => setOpen(!open)}
          >
            {line.name}
          </button>
          {(line.unit || line.school) && (
            <small className="line-who">{[line.unit, line.school].filter(Boolean).join(' · ')}</small>
          )}
        </th>
        {columns.map((column) =>
          column === 'name' ? null : (
            <td key={column} className={column === 'marks' ? undefined : column}>
              {column === 'marks' ? <Marks line={line} taughtS={taughtS} /> : cells[column]}
            </td>
          ),
        )}
      </tr>
      {open && (
        <tr>
          <td colSpan={columns.length} className="line-details">
            <Reasons reasons={line.reasons} />
            {kind === 'live' && <Checks line={line} />}
            {seat !== null && (
              <CorrectionForm
                balanceCh={line.balance_ch}
                send={(figures) => correct(seat, { lesson, person: line.person, figures })}
                onSent={onChange}
              />
            )}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Marks({ line, taughtS }: { line: HoursLine; taughtS: number }) {
  const { table } = useHoursText();
  return (
    <span className="marks">
      {marksOf(line, taughtS).map((mark) => (
        <span key={mark} className={`mark ${mark}`}>
          {table[mark]}
        </span>
      ))}
    </span>
  );
}

/** The times in which checks were answered; for staff. */
function Checks({ line }: { line: HoursLine }) {
  const { table } = useHoursText();
  if (line.asked === 0) return line.credit_ch > 0 ? <p className="hint">{table.unaskedHint}</p> : null;
  if (line.answered === 0) return null;
  const seconds = line.reactions_ms.map((ms) => (ms / 1000).toFixed(1));
  return (
    <p className="hint">{seconds.length > 0 ? table.reactions(seconds.join(' · ')) : table.noReactions}</p>
  );
}
