/** One person of 结业情况表: the hours of the phase with every reason, the ledger, and the statement of five years. */
import { useCallback, useEffect, useRef } from 'react';
import { Trouble } from '../../account/signed-in';
import { useClassText } from '../../class/text';
import { useClassName } from '../../enrol/text';
import { statement } from '../../hours/api';
import { Ledger } from '../../hours/ledger';
import { LessonCard } from '../../hours/lesson-card';
import { StatementOf } from '../../hours/statement';
import { useHoursText } from '../../hours/text';
import { hoursFigure } from '../../i18n/figures';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { useAddress, withParams } from '../../kit/use-address';
import { useLoaded } from '../../kit/use-loaded';
import { ViewLink } from '../../kit/view-link';
import type { AttainmentLine, MyHours } from '../../protocol';
import { useDesk, usePhase, useUnitName } from '../desk';
import { registrationHours } from './api';
import { ResultMark } from './attainment-table';
import { sumsOf } from './sums';
import { useReportText } from './text';
import '../../hours/hours.css';

interface Props {
  /** Number of the registration. */
  id: number;
  /** Its line of the list; null = the page was opened by its address. */
  row: AttainmentLine | null;
}

export function PersonPage({ id, row }: Props) {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [hours, years] = await Promise.all([
        registrationHours(seat, phase.id, id, signal),
        statement(seat, id, signal),
      ]);
      return { hours, years };
    },
    [seat, phase.id, id],
  );
  const { value, problem, reload } = useLoaded(load);
  return (
    <div className="hours framed report-person">
      <PersonHead name={row?.name ?? value?.years.name ?? ''} row={row} />
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && (
        <>
          <PhaseAccount hours={value.hours} />
          <Lessons hours={value.hours} />
          <Ledger entries={value.hours.entries} lessons={value.hours.lessons} />
          <div className="hours-card">
            <StatementOf found={value.years} seat={seat} registration={id} />
          </div>
        </>
      )}
    </div>
  );
}

function PersonHead({ name, row }: { name: string; row: AttainmentLine | null }) {
  const w = useReportText();
  const { url } = useAddress();
  const unitName = useUnitName();
  const className = useClassName();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFromList = row !== null;
  useEffect(() => {
    // Whoever pressed a name hears and reads on from here.
    if (isFromList) heading.current?.focus({ preventScroll: true });
  }, [isFromList]);
  return (
    <header className="report-person-head">
      <ViewLink to={withParams(url, { of: '' })} className="button small home-sign">
        <Icon name="next" />
        {w.person.back}
      </ViewLink>
      {name !== '' && (
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
      )}
      {row && (
        <p className="row wrap">
          <ResultMark row={row} />
          <span className="hint">{[className(row.class), unitName(row.unit), row.school].join(' · ')}</span>
        </p>
      )}
    </header>
  );
}

function PhaseAccount({ hours }: { hours: MyHours }) {
  const phase = usePhase();
  const { t } = useClassText();
  const h = useHoursText();
  const { attainments: a, person } = useReportText();
  const { recognised_ch, uncapped_ch } = hours;
  const sums = sumsOf(hours.entries);
  const figures: [string, number][] = [
    [a.live, sums.live],
    [a.async, sums.async],
    [a.makeup, sums.makeup],
    [a.adjusted, sums.adjusted],
  ];
  return (
    <section className="hours-card" aria-label={person.account}>
      <h2>{person.account}</h2>
      <p className="earned">
        {h.lesson.earned(hoursFigure(recognised_ch), hoursFigure(phase.hours_ch))}
        {uncapped_ch !== recognised_ch && <small>{h.account.uncapped(t.inClass.hours(uncapped_ch))}</small>}
      </p>
      <progress
        className="goal"
        max={phase.hours_ch}
        value={Math.min(phase.hours_ch, recognised_ch)}
        aria-label={person.progress}
      />
      <dl className="figures">
        {figures.map(([name, ch]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{hoursFigure(ch)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Lessons({ hours: { lessons } }: { hours: MyHours }) {
  const h = useHoursText();
  const { person } = useReportText();
  return (
    <section className="column" aria-label={h.lesson.list}>
      <h2>{h.lesson.list}</h2>
      {lessons.length === 0 && <p className="hours-card hint">{person.noLessons}</p>}
      {lessons.map((lesson, index) => (
        <LessonCard
          key={lesson.lesson}
          lesson={lesson}
          own={null}
          open={index === 0}
          titleOf={(id) => lessons.find((known) => known.lesson === id)?.title}
        />
      ))}
    </section>
  );
}
