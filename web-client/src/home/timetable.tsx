/** The whole timetable: lessons to come by day, past ones with their recordings. */
import { useClassName } from '../enrol/text';
import type { TimetableLesson } from '../protocol';
import { lessonPage, replayPage } from '../routes';
import { LessonDays, LessonLine } from './lesson-line';
import { doorAt } from './lessons';
import { useDayName } from './next-lesson';
import { useHomeText } from './text';

interface Props {
  coming: readonly TimetableLesson[];
  past: readonly TimetableLesson[];
  nowMs: number;
  seat: string;
}

export function TimetableList({ coming, past, nowMs, seat }: Props) {
  const { home } = useHomeText();
  const dayOf = useDayName(nowMs);
  const line = (lesson: TimetableLesson) => (
    <OwnLesson key={lesson.lesson} lesson={lesson} nowMs={nowMs} seat={seat} />
  );
  return (
    <section className="panel" aria-label={home.timetable}>
      <h2>{home.timetable}</h2>
      {coming.length === 0 && <p className="hint">{home.noTimetable}</p>}
      <LessonDays lessons={coming} dayName={dayOf} line={line} />
      {past.length > 0 && (
        <details open={coming.length === 0}>
          <summary>{home.past(past.length)}</summary>
          <LessonDays lessons={past} dayName={dayOf} line={line} />
        </details>
      )}
    </section>
  );
}

function OwnLesson({ lesson, nowMs, seat }: { lesson: TimetableLesson; nowMs: number; seat: string }) {
  const className = useClassName();
  const { home } = useHomeText();
  const door = doorAt(lesson, nowMs);
  const names = lesson.instructors.map(({ name }) => name).join('、');
  const taught = lesson.state === 'ended';
  return (
    <LessonLine
      lesson={lesson}
      door={door}
      about={[names, lesson.class_name && className(lesson.class_name)]}
    >
      {door === 'open' && lesson.enter_as !== null && (
        <a className="button small primary" href={lessonPage(lesson.lesson, seat)}>
          {home.enter}
        </a>
      )}
      {door === 'over' && taught && lesson.enter_as !== null && (
        <a className="button small" href={replayPage(lesson.lesson, seat)}>
          {home.replay}
        </a>
      )}
      {door === 'cancelled' && <span className="mark bad">{home.door.cancelled}</span>}
    </LessonLine>
  );
}
