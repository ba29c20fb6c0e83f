/** One meeting as the office sees it: when, who, and what can be done with it. */
import { as } from '../../account/where';
import { doorAt } from '../../home/lessons';
import { formatTime } from '../../i18n';
import { hoursFigure } from '../../i18n/figures';
import { cancelLesson, changeLesson, checkPlan } from '../../office/api';
import type { TimetableLesson } from '../../protocol';
import { hoursOf, replayOf } from '../../seats';
import { useTraineeText } from '../enrol/text';
import { useDesk } from './desk';
import { draftOfLesson, LessonForm, minutesOf } from './lesson-form';
import { ReasonButton } from './reason-button';
import { useOfficeText } from './text';

interface LessonProps {
  lesson: TimetableLesson;
  nowMs: number;
  onEdit: () => void;
  onChange: () => void;
}

function OfficeLesson({ lesson, nowMs, onEdit, onChange }: LessonProps) {
  const { seat } = useDesk();
  const o = useOfficeText();
  const t = o.timetable;
  const { home } = useTraineeText();
  const door = doorAt(lesson, nowMs);
  const begun = lesson.state !== 'open' || door === 'over' || door === 'cancelled';
  return (
    <li className={door === 'cancelled' ? 'lesson-line cancelled' : 'lesson-line'}>
      <span className="lesson-time">
        {formatTime(lesson.planned_start_ms)}
        <small>{formatTime(lesson.planned_end_ms)}</small>
      </span>
      <span className="grow">
        <b>{lesson.title}</b>
        <small>
          {[
            lesson.instructors.map(({ name }) => name).join('、'),
            lesson.credit_ch > 0 && home.credit(hoursFigure(lesson.credit_ch)),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </span>
      <span className="row wrap">
        {door === 'cancelled' && <span className="mark bad">{home.door.cancelled}</span>}
        {door === 'open' && lesson.enter_as !== null && (
          <a className="button small" href={as(`/lesson/${encodeURIComponent(lesson.lesson)}`, seat)}>
            {t.enter}
          </a>
        )}
        {lesson.state === 'ended' && (
          <a
            className="button small"
            href={lesson.class === null ? replayOf(lesson.lesson, seat) : hoursOf(seat, lesson.lesson)}
          >
            {lesson.class === null ? t.studio.replay : t.hours}
          </a>
        )}
        {!begun && (
          <>
            <button type="button" className="button small" onClick={onEdit}>
              {t.edit}
            </button>
            <CancelButton lesson={lesson.lesson} question={t.cancelAsk} onDone={onChange} />
          </>
        )}
      </span>
    </li>
  );
}

interface ItemProps {
  lesson: TimetableLesson;
  nowMs: number;
  /** Its form is open. */
  edited: boolean;
  onEdit: () => void;
  /** The form is closed again. */
  onDone: (saved: boolean) => void;
  onChange: () => void;
}

/** The same in a list, in its place the form while it is changed. */
export function LessonItem({ lesson, nowMs, edited, onEdit, onDone, onChange }: ItemProps) {
  const { seat, phase } = useDesk();
  if (!edited) return <OfficeLesson lesson={lesson} nowMs={nowMs} onEdit={onEdit} onChange={onChange} />;
  return (
    <li className="lesson-edit">
      <LessonForm
        first={draftOfLesson(lesson, Date.now())}
        asksCredit={false}
        check={({ title, planned_start_ms, planned_end_ms, instructors }) =>
          checkPlan(seat, phase.id, {
            lesson: lesson.lesson,
            title,
            classes: [],
            planned_start_ms,
            minutes: minutesOf(planned_start_ms, planned_end_ms),
            credit_ch: null,
            instructors,
          })
        }
        send={({ credit_ch: _set, ...change }) => changeLesson(seat, lesson.lesson, change)}
        onDone={onDone}
      />
    </li>
  );
}

interface CancelProps {
  lesson: string;
  question: string;
  onDone: () => void;
}

export function CancelButton({ lesson, question, onDone }: CancelProps) {
  const { seat } = useDesk();
  const { timetable: t } = useOfficeText();
  return (
    <ReasonButton
      className="button small danger-quiet"
      title={t.cancel}
      question={question}
      danger
      send={(reason) => cancelLesson(seat, lesson, { reason })}
      onDone={onDone}
    />
  );
}
