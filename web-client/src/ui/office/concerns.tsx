/** What is allowed in a timetable and yet seldom meant: asked before lessons are saved, and as an overview. */
import { useCallback } from 'react';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { hoursFigure } from '../../i18n/figures';
import { concernsOf } from '../../office/api';
import type { Concern, ConcernLesson } from '../../protocol';
import { Trouble } from '../account/signed-in';
import { useClassName } from '../enrol/text';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { useDesk } from './desk';
import { useOfficeText } from './text';

/** Of all lessons ahead; asked again when `turn` changes. */
export function ConcernsPanel({ turn }: { turn: number }) {
  const { seat, phase } = useDesk();
  const { concerns: c } = useOfficeText();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  const load = useCallback(
    (signal: AbortSignal) => concernsOf(seat, phase.id, signal),
    [seat, phase.id, turn],
  );
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value || value.length === 0) return null;
  return (
    <details className="panel concerns">
      <summary>
        {c.title} <span className="mark fair">{value.length}</span>
      </summary>
      <ConcernList concerns={value} />
    </details>
  );
}

export function ConcernList({ concerns }: { concerns: readonly Concern[] }) {
  return (
    <ul className="outcome">
      {concerns.map((concern) => (
        <li key={`${concern.kind}.${concern.instructor?.person ?? ''}`} className="fair">
          <OneConcern concern={concern} />
        </li>
      ))}
    </ul>
  );
}

function OneConcern({ concern: { kind, instructor, lessons, count } }: { concern: Concern }) {
  const { concerns: c } = useOfficeText();
  const sentence = {
    no_instructor: c.noInstructor(count),
    at_once: c.atOnce(instructor?.name ?? '', count),
    too_short: c.tooShort(count),
  }[kind];
  return (
    <>
      <b>{sentence}</b>
      <ul>
        {lessons.map((lesson) => (
          <li key={`${lesson.lesson ?? ''}.${lesson.class_name}.${lesson.planned_start_ms}`}>
            <LessonLine lesson={lesson} tellsWorth={kind === 'too_short'} />
          </li>
        ))}
      </ul>
      {count > lessons.length && <p className="hint">{c.more(count - lessons.length)}</p>}
    </>
  );
}

function LessonLine({ lesson, tellsWorth }: { lesson: ConcernLesson; tellsWorth: boolean }) {
  const { language } = useText();
  const { concerns: c } = useOfficeText();
  const className = useClassName();
  const { planned_start_ms: from, planned_end_ms: to } = lesson;
  return (
    <>
      {formatDay(from, language)} {formatTime(from)}–{formatTime(to)} · {lesson.title}
      {lesson.class_name && ` · ${className(lesson.class_name)}`}
      {tellsWorth && ` · ${c.worth(hoursFigure(lesson.credit_ch), hoursFigure(lesson.worth_ch))}`}
    </>
  );
}
