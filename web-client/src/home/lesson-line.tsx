/** A lesson in a list: time, title, and actions; and lists of lessons by day. */
import type { ReactNode } from 'react';
import { formatTime } from '../i18n';
import type { Door, TimetableLesson } from '../protocol';
import { byDay } from './lessons';

interface LineProps {
  lesson: TimetableLesson;
  door: Door;
  /** The lines below the title, as far as they are known. */
  about: readonly (string | false | null)[];
  children: ReactNode;
}

export function LessonLine({ lesson, door, about, children }: LineProps) {
  return (
    <li className={door === 'cancelled' ? 'lesson-line cancelled' : 'lesson-line'}>
      <span className="lesson-time">
        {formatTime(lesson.planned_start_ms)}
        <small>{formatTime(lesson.planned_end_ms)}</small>
      </span>
      <span className="grow">
        <b>{lesson.title}</b>
        <small>{about.filter(Boolean).join(' · ')}</small>
      </span>
      {children}
    </li>
  );
}

interface DaysProps {
  lessons: readonly TimetableLesson[];
  /** The name of a day, by an instant of it. */
  dayName: (ms: number) => string;
  line: (lesson: TimetableLesson) => ReactNode;
}

export function LessonDays({ lessons, dayName, line }: DaysProps) {
  return byDay(lessons).map(({ day, lessons: of }) => (
    <div key={day} className="timetable-day">
      <h3>{dayName(of[0]?.planned_start_ms ?? 0)}</h3>
      <ul>{of.map(line)}</ul>
    </div>
  ));
}
