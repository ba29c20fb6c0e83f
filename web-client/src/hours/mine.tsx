/** The trainee's own hours: the account, every lesson with its reasons, and the ledger. */
import { useCallback } from 'react';
import { useClassText } from '../class/text';
import { hoursFigure } from '../i18n/figures';
import { Note } from '../kit/note';
import { useLoaded } from '../kit/use-loaded';
import type { Me, MyHours } from '../protocol';
import { myHours } from './api';
import { HoursHead, HoursMain } from './head';
import { Ledger } from './ledger';
import { LessonCard } from './lesson-card';
import { StatementPanel } from './statement';
import { useHoursText } from './text';
import { Trouble } from './trouble';
import { useAccount } from './who';

export function MyHoursPage({ person }: { person: Me }) {
  const { seat, name } = person;
  const h = useHoursText();
  const load = useCallback((signal: AbortSignal) => myHours(seat, signal), [seat]);
  const { value, problem, reload } = useLoaded(load);
  if (!value) {
    return problem ? <Trouble code={problem} onRetry={reload} /> : <Note title={h.mine} text={h.loading} />;
  }
  return (
    <HoursMain>
      <HoursHead person={person} title={h.mine} hint={name} problem={problem} onRefresh={reload} />
      <Account hours={value} />
      <section className="column" aria-label={h.lesson.list}>
        <h2>{h.lesson.list}</h2>
        {value.lessons.length === 0 && <p className="hours-card hint">{h.lesson.none}</p>}
        {value.lessons.map((lesson, index) => (
          <LessonCard
            key={lesson.lesson}
            lesson={lesson}
            own={{
              appeals: value.appeals.filter((appeal) => appeal.lesson === lesson.lesson),
              seat,
              onChange: reload,
            }}
            open={index === 0}
            titleOf={(id) => value.lessons.find((known) => known.lesson === id)?.title}
          />
        ))}
      </section>
      <Ledger entries={value.entries} lessons={value.lessons} />
      {/* Last, since it comes later and would push away what one is about to press. */}
      <Certified seat={seat} />
    </HoursMain>
  );
}

/** Only accounts register, and have certificates. */
function Certified({ seat }: { seat: string }) {
  const account = useAccount();
  if (!account) return null;
  return (
    <div className="hours-card">
      <StatementPanel seat={seat} />
    </div>
  );
}

/** The requirement of 50 学时 in five years, in ch. */
const FIVE_YEARS_CH = 5000;

function Account({ hours }: { hours: MyHours }) {
  const { t } = useClassText();
  const { account } = useHoursText();
  const written = t.inClass.hours;
  return (
    <section className="hours-card" aria-label={account.title}>
      <dl className="account">
        <div>
          <dt>{account.recognised}</dt>
          <dd>
            <b>{hoursFigure(hours.recognised_ch)}</b> {account.unit}
          </dd>
          {hours.uncapped_ch !== hours.recognised_ch && (
            <dd className="hint">{account.uncapped(written(hours.uncapped_ch))}</dd>
          )}
        </div>
        <div>
          <dt>{account.fiveYears}</dt>
          <dd>
            <b>{hoursFigure(hours.five_years_ch)}</b> {account.unit}
          </dd>
          <dd className="hint">
            {hours.five_years_short_ch > 0
              ? account.short(written(hours.five_years_short_ch))
              : account.reached}
          </dd>
        </div>
      </dl>
      <progress
        className="goal"
        max={FIVE_YEARS_CH}
        value={Math.min(FIVE_YEARS_CH, hours.five_years_ch)}
        aria-label={account.progress}
      />
    </section>
  );
}
