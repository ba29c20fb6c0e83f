/** Self-study lessons of classes: made of a published recording, changed, taken back. */
import { type FormEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { ApiProblem } from '../../api';
import { useClassName } from '../../enrol/text';
import { useHomeText } from '../../home/text';
import { formatDay } from '../../i18n/dates';
import { hoursFigure } from '../../i18n/figures';
import { SelectField, TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { FormEnd } from '../../kit/form-end';
import { usePortalText } from '../../kit/portal-text';
import { useText } from '../../kit/text';
import { useUnsaved } from '../../kit/unsaved';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { OfCourse, PhaseCourse, TimetableLesson } from '../../protocol';
import { hoursPage } from '../../routes';
import { changeLesson, courses, makeLessons, studySources } from '../api';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';
import { lessonProblem, NO_COURSE } from './lesson-form';
import { CancelButton } from './office-lesson';
import { draftOf, type ReadyStudy, readyStudy, type StudyDraft, withSource } from './study';

interface Props {
  /** The ids of the classes; empty = all of the phase. */
  of: string[];
  /** Called with the number of classes for which it was made; null when it was not. */
  onDone: (count: number | null) => void;
}

export function SelfStudyForm({ of, onDone }: Props) {
  const { seat } = useDesk();
  const phase = usePhase();
  const { study: words } = useOfficeText().timetable;
  const className = useClassName();
  const load = useCallback((signal: AbortSignal) => studySources(seat, phase.id, signal), [seat, phase.id]);
  const { value: sources, problem, reload } = useLoaded(load);
  const course = useStudyCourse();
  const made = useRef(0);
  const [draft, setDraft] = useState<StudyDraft>({
    title: '',
    from: phase.study.first,
    until: phase.study.last,
    credit: '',
    source: '',
  });
  const chosen = sources?.find(({ lesson }) => lesson === draft.source);
  const choose = (lesson: string) => {
    const source = sources?.find((one) => one.lesson === lesson);
    if (source) setDraft(withSource(draft, source, chosen));
  };
  const send = async (study: ReadyStudy) => {
    const lessons = { ...study, minutes: 0, instructors: [], source: draft.source || null, classes: of };
    const ofCourse = course.courseOf(study.title);
    made.current = (await makeLessons(seat, phase.id, { ...lessons, course: ofCourse })).length;
  };
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  return (
    <StudyFields
      draft={draft}
      onChange={setDraft}
      asksCredit
      send={send}
      onDone={(saved) => onDone(saved ? made.current : null)}
    >
      {course.field}
      <SelectField label={words.source} hint={words.sourceHint} value={draft.source} onChange={choose}>
        <option value="">{sources?.length === 0 ? words.noSource : words.chooseSource}</option>
        {sources?.map((one) => (
          <option key={one.lesson} value={one.lesson} disabled={one.worth_ch === 0}>
            {words.sourceLine(
              one.title,
              one.class_name && className(one.class_name),
              Math.round(one.length_ms / 60_000),
              hoursFigure(one.worth_ch),
            )}
          </option>
        ))}
      </SelectField>
    </StudyFields>
  );
}

/** The form for another title or other days; the recording and the credit stay. */
export function EditStudy({ lesson, onDone }: { lesson: TimetableLesson; onDone: (saved: boolean) => void }) {
  const { seat } = useDesk();
  const [draft, setDraft] = useState(draftOf(lesson));
  const send = ({ title, planned_start_ms, until_ms }: ReadyStudy) =>
    changeLesson(seat, lesson.lesson, {
      title,
      planned_start_ms,
      planned_end_ms: until_ms,
      instructors: lesson.instructors.map(({ person }) => person),
    });
  return <StudyFields draft={draft} onChange={setDraft} asksCredit={false} send={send} onDone={onDone} />;
}

interface FieldsProps {
  draft: StudyDraft;
  onChange: (draft: StudyDraft) => void;
  /** Whether the credit is asked: it is set once. */
  asksCredit: boolean;
  send: (study: ReadyStudy) => Promise<unknown>;
  onDone: (saved: boolean) => void;
  children?: ReactNode;
}

function StudyFields({ draft, onChange, asksCredit, send, onDone, children }: FieldsProps) {
  const p = usePortalText();
  const { timetable: t } = useOfficeText();
  const words = t.study;
  const [tried, setTried] = useState(false);
  const sending = useSending();
  const ready = readyStudy(draft);
  const wrong = (field: typeof ready, text: string) => (tried && ready === field ? text : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (typeof ready === 'string') return;
    if (await sending.send(() => send(ready))) onDone(true);
  };
  const set = (part: Partial<StudyDraft>) => onChange({ ...draft, ...part });
  return (
    <Form draft={draft} onSubmit={submit} noValidate>
      {children}
      <TextField
        label={t.lessonTitle}
        value={draft.title}
        wrong={wrong('title', p.wrong.missing)}
        onChange={(title) => set({ title })}
      />
      <div className="form-row">
        <TextField label={words.from} type="date" value={draft.from} onChange={(from) => set({ from })} />
        <TextField
          label={words.until}
          type="date"
          value={draft.until}
          wrong={wrong('days', words.badDays)}
          onChange={(until) => set({ until })}
        />
      </div>
      {asksCredit && (
        <TextField
          label={t.credit}
          hint={words.creditHint}
          value={draft.credit}
          wrong={wrong('credit', t.badCredit)}
          onChange={(credit) => set({ credit })}
        />
      )}
      <FormEnd
        sending={sending}
        sentence={(refusal) => lessonProblem(refusal, p, t)}
        onBack={() => onDone(false)}
      />
    </Form>
  );
}

export interface StudyCourse {
  field: ReactNode;
  /** The chosen course, or a new one with the title of its first lesson. */
  courseOf: (title: string) => OfCourse;
}

/** The asynchronous course to which a lesson belongs. */
export function useStudyCourse(): StudyCourse {
  const { seat, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const t = useOfficeText().timetable;
  const mayMake = may('make_phase');
  const load = useCallback((signal: AbortSignal) => courses(seat, phase.id, signal), [seat, phase.id]);
  const known = useLoaded(load);
  const [course, setCourse] = useState('');
  useUnsaved(course !== '');
  const of: PhaseCourse[] = known.value?.filter(({ kind }) => kind === 'async') ?? [];
  const field = (
    <SelectField label={t.course} value={course} onChange={setCourse}>
      <option value="">{mayMake ? t.newCourse : p.choose}</option>
      {of.map((one) => (
        <option key={one.id} value={String(one.id)}>
          {one.title}
        </option>
      ))}
    </SelectField>
  );
  const courseOf = (title: string): OfCourse => {
    if (course !== '') return Number(course);
    if (!mayMake) throw new ApiProblem('wrong', '', { wrong: [NO_COURSE] });
    return { title, kind: 'async', nature: 'theory', cap_ch: null, module: '' };
  };
  return { field, courseOf };
}

interface LineProps {
  lesson: TimetableLesson;
  onEdit: () => void;
  onChange: () => void;
}

export function StudyOfClass({ lesson, onEdit, onChange }: LineProps) {
  const { seat } = useDesk();
  const t = useOfficeText().timetable;
  const { home } = useHomeText();
  const { language } = useText();
  const cancelled = lesson.door === 'cancelled';
  const days = [lesson.planned_start_ms, lesson.planned_end_ms - 1].map((ms) => formatDay(ms, language));
  return (
    <li className={cancelled ? 'lesson-line cancelled' : 'lesson-line'}>
      <span className="grow">
        <b>{lesson.title}</b>
        <small>{[days.join(' – '), home.credit(hoursFigure(lesson.credit_ch))].join(' · ')}</small>
      </span>
      <span className="row wrap">
        {cancelled && <span className="mark bad">{home.door.cancelled}</span>}
        {!cancelled && (
          <>
            <a className="button small" href={hoursPage(seat, lesson.lesson)}>
              {t.study.progress}
            </a>
            <button type="button" className="button small" onClick={onEdit}>
              {t.edit}
            </button>
            <CancelButton lesson={lesson.lesson} question={t.study.cancelAsk} onDone={onChange} />
          </>
        )}
      </span>
    </li>
  );
}
