/** The lesson that is now or next, with one large button, and the reason why it cannot be pressed yet. */
import { useClassName } from '../enrol/text';
import { formatTime } from '../i18n';
import { dayIn, formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { Icon } from '../kit/icons';
import { useText } from '../kit/text';
import type { TimetableLesson } from '../protocol';
import { lessonPage } from '../routes';
import { daysAhead, doorAt, until } from './lessons';
import { useHomeText } from './text';

interface Props {
  lesson: TimetableLesson | null;
  nowMs: number;
  seat: string;
}

export function NextLesson({ lesson, nowMs, seat }: Props) {
  const { home } = useHomeText();
  const className = useClassName();
  const dayOf = useDayName(nowMs);
  if (!lesson) {
    return (
      <section className="panel next-lesson quiet">
        <Icon name="calendar" />
        <div>
          <b>{home.noLesson}</b>
          <p className="hint">{home.noLessonHint}</p>
        </div>
      </section>
    );
  }
  const door = doorAt(lesson, nowMs);
  const running = lesson.state === 'live' || lesson.state === 'paused';
  const state = running ? home.now : door === 'open' ? home.open : home.next;
  const from = lesson.planned_start_ms;
  const names = lesson.instructors.map(({ name }) => name).join('、');
  return (
    <section className={running ? 'panel next-lesson running' : 'panel next-lesson'} aria-label={state}>
      <p className="overline">{state}</p>
      <h2>{lesson.title}</h2>
      <p className="next-when">
        {dayOf(from)} {formatTime(from)}–{formatTime(lesson.planned_end_ms)}
      </p>
      <p className="hint">
        {[
          lesson.class_name && className(lesson.class_name),
          names && home.taughtBy(names),
          home.credit(hoursFigure(lesson.credit_ch)),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <EnterButton lesson={lesson} nowMs={nowMs} seat={seat} />
    </section>
  );
}

function EnterButton({ lesson, nowMs, seat }: Props & { lesson: TimetableLesson }) {
  const { home } = useHomeText();
  const dayOf = useDayName(nowMs);
  const door = doorAt(lesson, nowMs);
  if (door === 'open' && lesson.enter_as !== null) {
    return (
      <a className="button primary enter" href={lessonPage(lesson.lesson, seat)}>
        {home.enter}
        <Icon name="next" />
      </a>
    );
  }
  const left = until(lesson.opens_at_ms - nowMs);
  return (
    <>
      <button type="button" className="button enter" disabled aria-describedby="why-not">
        {home.enter}
      </button>
      <p id="why-not" className="hint why-not">
        {lesson.enter_as === null && home.notPlaced}
        {lesson.enter_as !== null && door !== 'not_yet' && home.door[door]}
        {lesson.enter_as !== null && door === 'not_yet' && (
          <>
            {home.opensAt(`${dayOf(lesson.opens_at_ms)} ${formatTime(lesson.opens_at_ms)}`)}
            <br />
            {home.opensIn(home[left.unit](left.n))}
          </>
        )}
      </p>
    </>
  );
}

/** The name of a day: today, tomorrow, or the date. */
export function useDayName(nowMs: number): (ms: number) => string {
  const { language } = useText();
  const { home } = useHomeText();
  return (ms) => {
    const ahead = daysAhead(dayIn(ms), nowMs);
    if (ahead === 0) return home.today;
    return ahead === 1 ? home.tomorrow : formatDay(ms, language);
  };
}
