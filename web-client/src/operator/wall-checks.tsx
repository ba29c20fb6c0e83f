/** For the wall and the office: the lessons that run or begin soon, and the network checks of their people. */
import { useCallback, useState } from 'react';
import { checkedLessons } from '../class/checkup/checks-api';
import { ChecksCounts, ChecksNamesOf, useAgain, useChecksText } from '../class/checkup/network-checks';
import { useClassText } from '../class/text';
import { useClassName } from '../enrol/text';
import { momentOrTime } from '../i18n/dates';
import { useLoaded } from '../kit/use-loaded';
import type { CheckedLesson } from '../protocol';

/** The lessons with people in them; none for people who may see the wall but not the checks. */
export function useCheckedLessons(seat: string): CheckedLesson[] {
  const load = useCallback((signal: AbortSignal) => checkedLessons(seat, signal), [seat]);
  const { value, reload } = useLoaded(load);
  useAgain(reload);
  return value?.filter(({ people }) => people > 0) ?? [];
}

/** The same lessons, where nothing else needs the list. */
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
  const { t, language } = useClassText();
  const words = useChecksText();
  const className = useClassName();
  const [open, setOpen] = useState(false);
  const begins = momentOrTime(lesson.planned_start_ms, Date.now(), language);
  const state = lesson.state === 'open' ? words.starts(begins) : t.class[lesson.state];
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
