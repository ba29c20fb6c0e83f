/** The whole timetable: what is to come by day, what is over with its recording. */
import { as } from '../../account/where';
import { byDay, doorAt } from '../../home/lessons';
import { formatTime } from '../../i18n';
import type { TimetableLesson } from '../../protocol';
import { replayOf } from '../../seats';
import { useClassName, useTraineeText } from '../enrol/text';
import { useDayName } from './next-lesson';

interface Props {
  coming: readonly TimetableLesson[];
  past: readonly TimetableLesson[];
  nowMs: number;
  seat: string;
}

export function TimetableList({ coming, past, nowMs, seat }: Props) {
  const { home } = useTraineeText();
  const dayOf = useDayName(nowMs);
  return (
    <section className="panel" aria-label={home.timetable}>
      <h2>{home.timetable}</h2>
      {coming.length === 0 && <p className="hint">{home.noTimetable}</p>}
      {byDay(coming).map(({ day, lessons }) => (
        <div key={day} className="timetable-day">
          <h3>{dayOf(lessons[0]?.planned_start_ms ?? 0)}</h3>
          <ul>
            {lessons.map((lesson) => (
              <LessonLine key={lesson.lesson} lesson={lesson} nowMs={nowMs} seat={seat} />
            ))}
          </ul>
        </div>
      ))}
      {past.length > 0 && (
        <details open={coming.length === 0}>
          <summary>{home.past(past.length)}</summary>
          {byDay(past).map(({ day, lessons }) => (
            <div key={day} className="timetable-day">
              <h3>{dayOf(lessons[0]?.planned_start_ms ?? 0)}</h3>
              <ul>
                {lessons.map((lesson) => (
                  <LessonLine key={lesson.lesson} lesson={lesson} nowMs={nowMs} seat={seat} />
                ))}
              </ul>
            </div>
          ))}
        </details>
      )}
    </section>
  );
}

function LessonLine({ lesson, nowMs, seat }: { lesson: TimetableLesson; nowMs: number; seat: string }) {
  const className = useClassName();
  const { home } = useTraineeText();
  const door = doorAt(lesson, nowMs);
  const names = lesson.instructors.map(({ name }) => name).join('、');
  const taught = lesson.state === 'ended';
  return (
    <li className={door === 'cancelled' ? 'lesson-line cancelled' : 'lesson-line'}>
      <span className="lesson-time">
        {formatTime(lesson.planned_start_ms)}
        <small>{formatTime(lesson.planned_end_ms)}</small>
      </span>
      <span className="grow">
        <b>{lesson.title}</b>
        <small>
          {[names, lesson.class_name && className(lesson.class_name)].filter(Boolean).join(' · ')}
        </small>
      </span>
      {door === 'open' && lesson.enter_as !== null && (
        <a className="button small primary" href={as(`/lesson/${encodeURIComponent(lesson.lesson)}`, seat)}>
          {home.enter}
        </a>
      )}
      {door === 'over' && taught && lesson.enter_as !== null && (
        <a className="button small" href={replayOf(lesson.lesson, seat)}>
          {home.replay}
        </a>
      )}
      {door === 'cancelled' && <span className="mark bad">{home.door.cancelled}</span>}
    </li>
  );
}
