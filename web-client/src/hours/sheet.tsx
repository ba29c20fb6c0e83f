/** The class sheet of a lesson for staff (R6): sortable, with files to save; operators decide below it. */
import { useCallback, useRef, useState } from 'react';
import { useClassText } from '../class/text';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { Icon } from '../kit/icons';
import { Note } from '../kit/note';
import { Sideways } from '../kit/sideways';
import { useLoaded } from '../kit/use-loaded';
import type { LessonHours, Me } from '../protocol';
import { hoursPage } from '../routes';
import { fileOf, type HoursFile, lessonHours } from './api';
import { HoursHead, HoursMain } from './head';
import { HeldPanel } from './held-panel';
import { Office } from './office';
import { SheetRow } from './sheet-row';
import { type Column, columnsOf, nextOrder, type Order, sortLines } from './table';
import { useHoursText } from './text';
import { Trouble } from './trouble';

export function SheetPage({ lesson, person }: { lesson: string; person: Me }) {
  const { t, language } = useClassText();
  const h = useHoursText();
  const { seat } = person;
  const load = useCallback((signal: AbortSignal) => lessonHours(lesson, seat, signal), [lesson, seat]);
  const { value, problem, reload } = useLoaded(load);
  const operator = person.corrects_hours;
  if (!value) {
    return problem ? <Trouble code={problem} onRetry={reload} /> : <Note title={h.sheet} text={h.loading} />;
  }
  const { rules } = value;
  const study = value.kind === 'async';
  const times = `${formatTime(rules.planned_start_ms)}–${formatTime(rules.planned_end_ms)}`;
  const when = study ? `– ${formatDay(rules.planned_end_ms - 1, language)}` : times;
  return (
    <HoursMain wide>
      <HoursHead
        person={person}
        title={value.title}
        hint={`${study ? h.study.sheet : h.sheet} · ${formatDay(rules.planned_start_ms, language)} ${when}`}
        problem={problem}
        onRefresh={reload}
      >
        {operator && (
          <a className="button quiet small" href={hoursPage(seat)}>
            {t.inClass.links.desk}
          </a>
        )}
      </HoursHead>
      <div className="hours-card">
        <Summary hours={value} />
        <Downloads lesson={lesson} seat={seat} study={study} />
        <Table hours={value} seat={seat} operator={operator} onChange={reload} />
      </div>
      {!study && value.stage !== null && (
        <HeldPanel
          lesson={lesson}
          seat={seat}
          isShort={value.effective_ch < rules.credit_ch}
          onChange={reload}
        />
      )}
      {operator && <Office seat={seat} lesson={lesson} onChange={reload} />}
    </HoursMain>
  );
}

function Summary({ hours }: { hours: LessonHours }) {
  const { t } = useClassText();
  const h = useHoursText();
  const { span, hours: written } = t.inClass;
  if (hours.kind === 'async') {
    const done = hours.lines.filter((line) => line.last_ms !== null).length;
    return <p className="summary">{h.study.done(done, hours.lines.length)}</p>;
  }
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

function Downloads({ lesson, seat, study }: { lesson: string; seat: string; study: boolean }) {
  const { table } = useHoursText();
  const files: [HoursFile, string][] = [
    ['sheet.xlsx', table.xlsx],
    ['sheet.csv', table.csv],
    // Auditors compute classes again; for self-study, the watched time is in the ledger.
    ...(study ? [] : ([['events.jsonl', table.audit]] as [HoursFile, string][])),
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
  const box = useRef<HTMLElement>(null);
  const study = hours.kind === 'async';
  if (hours.stage === null && !study) return null; // Nobody was absent from what was not judged.
  if (hours.lines.length === 0) return <p className="empty">{h.table.empty}</p>;
  return (
    <>
      <Sideways of={box} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section ref={box} className="table-scroll" tabIndex={0} aria-label={h.sheet}>
        <table className="table sheet-table">
          <thead>
            <tr>
              {columnsOf(hours.kind).map((column) => (
                <Heading
                  key={column}
                  column={column}
                  words={{ ...h.table, ...(study && h.study.columns) }}
                  order={order}
                  onSort={() => setOrder(nextOrder(order, column))}
                />
              ))}
            </tr>
          </thead>
          {sortLines(hours.lines, hours.taught_s, order).map((line) => (
            <SheetRow
              key={line.person}
              line={line}
              kind={hours.kind}
              lesson={hours.lesson}
              taughtS={hours.taught_s}
              seat={operator ? seat : null}
              onChange={onChange}
            />
          ))}
        </table>
      </section>
    </>
  );
}

interface HeadingProps {
  column: Column;
  words: Record<Column, string>;
  order: Order;
  onSort: () => void;
}

function Heading({ column, words, order, onSort }: HeadingProps) {
  const { table } = useHoursText();
  const sorted = order.column === column ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" aria-sort={sorted}>
      <button type="button" aria-label={table.sortBy(words[column])} onClick={onSort}>
        {words[column]}
        <span aria-hidden="true">{sorted === 'ascending' ? ' ▲' : sorted === 'descending' ? ' ▼' : ''}</span>
      </button>
    </th>
  );
}
