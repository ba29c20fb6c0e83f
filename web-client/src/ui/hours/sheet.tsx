/** The class sheet of a lesson for staff (R6): sortable, with files to save; operators decide below it. */
import { useCallback, useState } from 'react';
import { fileOf, type HoursFile, lessonHours } from '../../hours/api';
import { COLUMNS, type Column, nextOrder, type Order, sortLines } from '../../hours/table';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import type { LessonHours, Me } from '../../protocol';
import { hoursOf } from '../../seats';
import { Icon } from '../icons';
import { Note } from '../pages/note';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { HoursHead } from './head';
import { Office } from './office';
import { SheetRow } from './sheet-row';
import { useHoursText } from './text';
import { Trouble } from './trouble';

export function SheetPage({ lesson, person }: { lesson: string; person: Me }) {
  const { t, language } = useText();
  const h = useHoursText();
  const { seat } = person;
  const load = useCallback((signal: AbortSignal) => lessonHours(lesson, seat, signal), [lesson, seat]);
  const { value, problem, reload } = useLoaded(load);
  const operator = person.role === 'operator';
  if (!value) {
    return problem ? <Trouble code={problem} onRetry={reload} /> : <Note title={h.sheet} text={h.loading} />;
  }
  const { rules } = value;
  const times = `${formatTime(rules.planned_start_ms)}–${formatTime(rules.planned_end_ms)}`;
  return (
    <main className="hours wide">
      <HoursHead
        title={value.title}
        hint={`${h.sheet} · ${formatDay(rules.planned_start_ms, language)} ${times}`}
        problem={problem}
        onRefresh={reload}
      >
        {operator && (
          <a className="button quiet small" href={hoursOf(seat)}>
            {t.inClass.links.desk}
          </a>
        )}
      </HoursHead>
      <section className="hours-card" aria-label={h.sheet}>
        <Summary hours={value} />
        <Downloads lesson={lesson} seat={seat} />
        <Table hours={value} seat={seat} operator={operator} onChange={reload} />
      </section>
      {operator && <Office seat={seat} lesson={lesson} onChange={reload} />}
    </main>
  );
}

function Summary({ hours }: { hours: LessonHours }) {
  const { t } = useText();
  const h = useHoursText();
  const { span, hours: written } = t.inClass;
  if (hours.stage === null) return <p className="banner calm">{h.table.notJudged}</p>;
  return (
    <p className="row wrap summary">
      <span className={`mark ${hours.stage}`}>{h.stage[hours.stage]}</span>
      <span>{h.table.taught(span(hours.taught_s))}</span>
      <span>{h.table.worth(written(hours.effective_ch), written(hours.rules.credit_ch))}</span>
      <span>{h.table.count(hours.lines.length)}</span>
      {hours.computed_at_ms !== null && <small>{h.table.computed(formatTime(hours.computed_at_ms))}</small>}
    </p>
  );
}

function Downloads({ lesson, seat }: { lesson: string; seat: string }) {
  const { table } = useHoursText();
  const files: [HoursFile, string][] = [
    ['sheet.xlsx', table.xlsx],
    ['sheet.csv', table.csv],
    ['events.jsonl', table.audit],
  ];
  return (
    <nav className="row wrap" aria-label={table.downloads}>
      {files.map(([file, name]) => (
        <a key={file} className="button small" href={fileOf(lesson, file, seat)} download>
          <Icon name="download" />
          {name}
        </a>
      ))}
    </nav>
  );
}

interface TableProps {
  hours: LessonHours;
  seat: string;
  operator: boolean;
  onChange: () => void;
}

function Table({ hours, seat, operator, onChange }: TableProps) {
  const h = useHoursText();
  const [order, setOrder] = useState<Order>({ column: 'name', descending: false });
  if (hours.stage === null) return null; // Nobody was absent from what was not judged.
  if (hours.lines.length === 0) return <p className="empty">{h.table.empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={h.sheet}>
      <table className="table sheet-table">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <Heading
                key={column}
                column={column}
                order={order}
                onSort={() => setOrder(nextOrder(order, column))}
              />
            ))}
          </tr>
        </thead>
        {sortLines(hours.lines, order).map((line) => (
          <SheetRow
            key={line.person}
            line={line}
            lesson={hours.lesson}
            seat={operator ? seat : null}
            onChange={onChange}
          />
        ))}
      </table>
    </section>
  );
}

function Heading({ column, order, onSort }: { column: Column; order: Order; onSort: () => void }) {
  const { table } = useHoursText();
  const sorted = order.column === column ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" aria-sort={sorted}>
      <button type="button" aria-label={table.sortBy(table[column])} onClick={onSort}>
        {table[column]}
        <span aria-hidden="true">{sorted === 'ascending' ? ' ▲' : sorted === 'descending' ? ' ▼' : ''}</span>
      </button>
    </th>
  );
}
