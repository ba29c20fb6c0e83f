/** Recording sessions: meetings without a class, in which instructors record later self-study. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { LessonDays } from '../../home/lesson-line';
import { formatDay } from '../../i18n/dates';
import { useText } from '../../kit/text';
import { useLoaded } from '../../kit/use-loaded';
import type { TimetableLesson } from '../../protocol';
import { makeStudio, studios } from '../api';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';
import { draftOfLesson, LessonForm, minutesOf } from './lesson-form';
import { LessonItem } from './office-lesson';
import { useStudyCourse } from './self-study';

export function Studios() {
  const { seat } = useDesk();
  const phase = usePhase();
  const { language } = useText();
  const { studio: words } = useOfficeText().timetable;
  const load = useCallback((signal: AbortSignal) => studios(seat, phase.id, signal), [seat, phase.id]);
  const { value, problem, reload } = useLoaded(load);
  const [edited, setEdited] = useState<string | 'new' | null>(null);
  const done = (saved: boolean) => {
    setEdited(null);
    if (saved) reload();
  };
  const line = (lesson: TimetableLesson) => (
    <LessonItem
      key={lesson.lesson}
      lesson={lesson}
      nowMs={Date.now()}
      edited={edited === lesson.lesson}
      onEdit={() => setEdited(lesson.lesson)}
      onDone={done}
      onChange={reload}
    />
  );
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{words.title}</h2>
        <span className="grow" />
        <button type="button" className="button" onClick={() => setEdited('new')}>
          {words.add}
        </button>
      </div>
      <p className="hint">{words.hint}</p>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {edited === 'new' && <StudioForm onDone={done} />}
      {value?.length === 0 && <p className="empty">{words.none}</p>}
      <LessonDays lessons={value ?? []} dayName={(ms) => formatDay(ms, language)} line={line} />
    </section>
  );
}

function StudioForm({ onDone }: { onDone: (saved: boolean) => void }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const course = useStudyCourse();
  return (
    <LessonForm
      first={draftOfLesson(null, Date.now())}
      asksCredit={false}
      send={async ({ title, planned_start_ms, planned_end_ms, instructors }) => {
        const minutes = minutesOf(planned_start_ms, planned_end_ms);
        const of = course.courseOf(title);
        return makeStudio(seat, phase.id, { course: of, title, planned_start_ms, minutes, instructors });
      }}
      onDone={onDone}
    >
      {course.field}
    </LessonForm>
  );
}
