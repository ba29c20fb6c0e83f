/** The self-study of a trainee (异步精品课堂): progress, last day, credit. */
import { useClassName } from '../enrol/text';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { useText } from '../kit/text';
import type { SelfStudy } from '../protocol';
import { replayPage } from '../routes';
import { enteredHours, inOrder, percentOf, type Standing, standingAt } from './studies';
import { useHomeText } from './text';

interface Props {
  studies: readonly SelfStudy[];
  nowMs: number;
  seat: string;
}

export function SelfStudyPanel({ studies, nowMs, seat }: Props) {
  const { study: words } = useHomeText();
  if (studies.length === 0) return null;
  const done = studies.filter((one) => one.completed !== null).length;
  return (
    <section className="panel" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
        <span className="grow" />
        <span className={done === studies.length ? 'mark good' : 'hint'}>
          {words.count(done, studies.length)}
        </span>
      </div>
      <p className="hint">{words.hint}</p>
      <ul>
        {inOrder(studies, nowMs).map((one) => (
          <StudyLine key={one.lesson} study={one} nowMs={nowMs} seat={seat} />
        ))}
      </ul>
    </section>
  );
}

function StudyLine({ study, nowMs, seat }: { study: SelfStudy; nowMs: number; seat: string }) {
  const { study: words, home } = useHomeText();
  const { language } = useText();
  const className = useClassName();
  const standing = standingAt(study, nowMs);
  const percent = percentOf(study);
  const until = `${formatDay(study.until_ms - 1, language)} ${lastMinute(study.until_ms)}`;
  const about: Record<Standing, string> = {
    shut: words.opens(formatDay(study.from_ms, language)),
    gone: words.gone,
    fresh: words.until(until),
    begun: words.until(until),
    done: words.done(enteredHours(study.completed)),
    late: words.late,
  };
  const watchable = standing !== 'shut' && standing !== 'gone' && study.length_ms !== null;
  const toDo = standing === 'fresh' || standing === 'begun';
  return (
    <li className="lesson-line study-line">
      <span className="grow">
        <b>{study.title}</b>
        <small>
          {[
            className(study.class_name),
            study.length_ms !== null && home.minutes(Math.ceil(study.length_ms / 60_000)),
            home.credit(hoursFigure(study.credit_ch)),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
        <span className="study-progress">
          <progress max={100} value={percent} aria-label={words.watched(percent)} />
          <small>{percent}%</small>
        </span>
        <small className={standing === 'done' ? 'study-done' : undefined}>{about[standing]}</small>
      </span>
      {watchable && (
        <a className={toDo ? 'button small primary' : 'button small'} href={replayPage(study.lesson, seat)}>
          {words.go[standing === 'begun' ? 'on' : toDo ? 'begin' : 'again']}
        </a>
      )}
    </li>
  );
}

/** The end of a day as people write it: 24:00 of that day. */
function lastMinute(untilMs: number): string {
  const time = formatTime(untilMs);
  return time === '00:00' ? '24:00' : time;
}
