/** The summary of a phase: who came on which day, how hours are spread, units compared, the survey, the best essays. */
import { useCallback } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatCount } from '../../i18n';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { useLoaded } from '../../kit/use-loaded';
import type { HoursShare, OverviewDay, OverviewEssay, PhaseOverview, SummaryLine } from '../../protocol';
import { Results } from '../../survey/results';
import { useDesk, usePhase, useUnitName } from '../desk';
import { OfficeTable } from '../table';
import { overview, overviewFile } from './api';
import { type Bar, Bars } from './bars';
import { Source } from './source';
import { useReportText } from './text';

export function Overview() {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const { overview: w } = useReportText();
  const load = useCallback((signal: AbortSignal) => overview(seat, phase.id, signal), [seat, phase.id]);
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return <p role="status">{p.loading}</p>;
  return (
    <>
      <Organised found={value} file={overviewFile(seat, phase.id)} />
      <Chart title={w.days} hint={w.daysHint} bars={daysOf(value.days, w)} />
      <Chart title={w.hours} hint={w.hoursHint} bars={sharesOf(value.hours, w)} />
      <Units rows={value.units} />
      {value.survey && <Results seat={seat} phase={phase.id} />}
      {value.essays.length > 0 && <Essays essays={value.essays} />}
      <Source source={value.source} />
    </>
  );
}

type Words = ReturnType<typeof useReportText>['overview'];

function Organised({ found, file }: { found: PhaseOverview; file: string }) {
  const { overview: w } = useReportText();
  const { total } = found;
  return (
    <section className="panel report-panel" aria-label={w.title}>
      <div className="panel-head">
        <h2>{w.title}</h2>
        <span className="grow" />
        <a className="button" href={file} download>
          <Icon name="download" />
          {w.file}
        </a>
      </div>
      <p>
        {w.organised(
          found.first_day,
          found.last_day,
          formatCount(found.classes),
          formatCount(found.instructors),
          formatCount(found.live_lessons),
          formatCount(found.self_studies),
        )}
      </p>
      <p>
        {w.people(
          formatCount(total.registered),
          formatCount(total.approved),
          formatCount(total.attended),
          total.attended_rate,
        )}{' '}
        {total.passed !== null &&
          w.passed(formatCount(total.passed), total.passed_rate, formatCount(total.certificates))}{' '}
        {w.means(total.hours_each, total.present_rate, total.interactions_each)}
      </p>
    </section>
  );
}

function Chart({ title, hint, bars }: { title: string; hint: string; bars: Bar[] }) {
  const { overview: w } = useReportText();
  return (
    <section className="panel report-panel" aria-label={title}>
      <h2>{title}</h2>
      <p className="hint">{hint}</p>
      {bars.length === 0 ? <p className="empty">{w.nothing}</p> : <Bars bars={bars} />}
    </section>
  );
}

function daysOf(days: readonly OverviewDay[], w: Words): Bar[] {
  return days.map(({ day, live, alone }) => ({
    name: day,
    parts: [
      { label: w.live, value: live },
      { label: w.alone, value: alone },
    ],
  }));
}

function sharesOf(shares: readonly HoursShare[], w: Words): Bar[] {
  return shares.map(({ to_percent, people }) => ({
    name: w.share(to_percent),
    parts: [{ label: w.peopleUnit, value: people }],
  }));
}

/** The units by the share of approved people who passed; while no end is decided, who came. */
function Units({ rows }: { rows: readonly SummaryLine[] }) {
  const { overview: w } = useReportText();
  const unitName = useUnitName();
  const bars = rows.map((row) => ({
    name: unitName(row.unit),
    parts: [
      { label: w.approved, value: row.approved },
      { label: w.attended, value: row.attended },
      ...(row.passed === null ? [] : [{ label: w.passedUnit, value: row.passed }]),
    ],
    note: row.passed === null ? row.attended_rate : row.passed_rate,
  }));
  return <Chart title={w.units} hint={w.unitsHint} bars={bars} />;
}

function Essays({ essays }: { essays: readonly OverviewEssay[] }) {
  const { overview: w } = useReportText();
  const unitName = useUnitName();
  return (
    <section className="panel report-panel" aria-label={w.essays}>
      <h2>{w.essays}</h2>
      <OfficeTable label={w.essays} headings={[w.author, w.unit, w.school, w.points, w.words]}>
        {essays.map((one) => (
          <tr key={`${one.name} ${one.school} ${one.words}`}>
            <th scope="row">{one.name}</th>
            <td>{unitName(one.unit)}</td>
            <td className="school" title={one.school}>
              {one.school}
            </td>
            <td>{one.points}</td>
            <td className="report-words">{one.words}</td>
          </tr>
        ))}
      </OfficeTable>
    </section>
  );
}
