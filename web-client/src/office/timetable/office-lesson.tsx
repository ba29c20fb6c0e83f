/** One meeting as the office sees it: time, people, and actions. */
import { LessonLine } from '../../home/lesson-line';
import { doorAt } from '../../home/lessons';
import { useHomeText } from '../../home/text';
import { hoursFigure } from '../../i18n/figures';
import type { TimetableLesson } from '../../protocol';
import { hoursPage, lessonPage, replayPage } from '../../routes';
import { cancelLesson, changeLesson, checkPlan } from '../api';
import { useDesk, usePhase } from '../desk';
import { ReasonButton } from '../reason-button';
import { useOfficeText } from '../text';
import { draftOfLesson, LessonForm, planOf } from './lesson-form';

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
  const { home } = useHomeText();
  const door = doorAt(lesson, nowMs);
  const begun = lesson.state !== 'open' || door === 'over' || door === 'cancelled';
  return (
    <LessonLine
      lesson={lesson}
      door={door}
      about={[
        lesson.instructors.map(({ name }) => name).join('、'),
        lesson.credit_ch > 0 && home.credit(hoursFigure(lesson.credit_ch)),
      ]}
    >
      <span className="row wrap">
        {door === 'cancelled' && <span className="mark bad">{home.door.cancelled}</span>}
        {door === 'open' && lesson.enter_as !== null && (
          <a className="button small" href={lessonPage(lesson.lesson, seat)}>
            {t.enter}
          </a>
        )}
        {lesson.state === 'ended' && (
          <a
            className="button small"
            href={lesson.class === null ? replayPage(lesson.lesson, seat) : hoursPage(seat, lesson.lesson)}
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
    </LessonLine>
  );
}

interface ItemProps {
  lesson: TimetableLesson;
  nowMs: number;
  /** Whether its form is open. */
  edited: boolean;
  onEdit: () => void;
  /** Called when the form is closed again. */
  onDone: (saved: boolean) => void;
  onChange: () => void;
}

/** The same as an item of a list; during a change the form stands in its place. */
export function LessonItem({ lesson, nowMs, edited, onEdit, onDone, onChange }: ItemProps) {
  const { seat } = useDesk();
  const phase = usePhase();
  if (!edited) return <OfficeLesson lesson={lesson} nowMs={nowMs} onEdit={onEdit} onChange={onChange} />;
  return (
    <li className="lesson-edit">
      <LessonForm
        first={draftOfLesson(lesson, Date.now())}
        asksCredit={false}
        check={(ready) => checkPlan(seat, phase.id, { ...planOf(ready, lesson.lesson, []), credit_ch: null })}
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
