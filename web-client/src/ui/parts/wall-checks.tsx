/** On the wall and in the office: the lessons that run or begin soon, and how their people's networks are before they begin. */
import { useCallback, useState } from 'react';
import { checkedLessons } from '../../home/checks-api';
import { formatTime } from '../../i18n';
import type { CheckedLesson } from '../../protocol';
import { useClassName } from '../enrol/text';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { ChecksCounts, ChecksNamesOf, useAgain, useChecksText } from './network-checks';

/** Lessons with people; none for those who may see the wall but not people's networks. */
export function useCheckedLessons(seat: string): CheckedLesson[] {
  const load = useCallback((signal: AbortSignal) => checkedLessons(seat, signal), [seat]);
  const { value, reload } = useLoaded(load);
  useAgain(reload);
  return value?.filter(({ people }) => people > 0) ?? [];
}

/** Where nothing else needs the list. */
export function CheckedLessons({ seat }: { seat: string }) {
  return <WallChecks seat={seat} lessons={useCheckedLessons(seat)} />;
}

export function WallChecks({ seat, lessons }: { seat: string; lessons: readonly CheckedLesson[] }) {
  const words = useChecksText();
  if (lessons.length === 0) return null;
  return (
    <section className="wall-checks" aria-label={words.title}>
      <h2>{words.title}</h2>
      <p className="hint">{words.wallHint}</p>
      {lessons.map((lesson) => (
        <LessonLine key={lesson.lesson} lesson={lesson} seat={seat} />
      ))}
    </section>
  );
}

function LessonLine({ lesson, seat }: { lesson: CheckedLesson; seat: string }) {
  const { t } = useText();
  const words = useChecksText();
  const className = useClassName();
  const [open, setOpen] = useState(false);
  const state =
    lesson.state === 'open' ? words.starts(formatTime(lesson.planned_start_ms)) : t.class[lesson.state];
  return (
    <details className="network-checks" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <b>{lesson.title}</b>
        <span className="hint">
          {[lesson.class_name && className(lesson.class_name), state].filter(Boolean).join(' · ')}
        </span>
        <ChecksCounts lesson={lesson} />
      </summary>
      {open && <ChecksNamesOf seat={seat} lesson={lesson.lesson} />}
    </details>
  );
}
