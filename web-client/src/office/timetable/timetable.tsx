/** The timetable of a class, and the same lesson for all classes at once. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { ApiProblem } from '../../api';
import { useClassName } from '../../enrol/text';
import { LessonDays } from '../../home/lesson-line';
import { formatDay } from '../../i18n/dates';
import { SelectField, TextField } from '../../kit/field';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useLoaded } from '../../kit/use-loaded';
import { CheckedLessons } from '../../operator/wall-checks';
import type { Nature, NewCourse } from '../../protocol';
import { checkPlan, courses, makeLessons, timetable } from '../api';
import { ClassSelect, useChosenClass } from '../classes';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';
import { ConcernsPanel } from './concerns';
import { draftOfLesson, LessonForm, minutesOf, NO_COURSE, planOf, type ReadyLesson } from './lesson-form';
import { LessonItem } from './office-lesson';
import { EditStudy, SelfStudyForm, StudyOfClass } from './self-study';
import { Studios } from './studios';
import '../../home/home.css';

export default function Timetable() {
  const { may, who } = useDesk();
  const o = useOfficeText();
  const t = o.timetable;
  const { list, problem, reload, chosen, choose } = useChosenClass();
  const [toAll, setToAll] = useState<'live' | 'async' | null>(null);
  const [told, setTold] = useState('');
  const [turn, setTurn] = useState(0);
  /** The number of changes to lessons of the chosen class. */
  const [saved, setSaved] = useState(0);
  // Recording sessions stand below the lessons of a class and are shown after these: lessons that come later would push
  // a button away under the finger.
  const [isShown, setShown] = useState(false);
  const show = useCallback(() => setShown(true), []);
  const made = (count: number | null) => {
    setToAll(null);
    if (count !== null) setTold(t.addedToAll(count));
    setTurn(turn + 1);
  };
  const ofAll = may('form_classes') || who.roles.some(({ role }) => role === 'training_admin');
  return (
    <>
      <div className="panel-head">
        <div>
          <h1>{t.title}</h1>
          <p className="hint">{t.hint}</p>
        </div>
        <span className="grow" />
        {ofAll && (
          <span className="row wrap">
            <button type="button" className="button" onClick={() => setToAll('live')}>
              {t.addToAll}
            </button>
            <button type="button" className="button" onClick={() => setToAll('async')}>
              {t.study.addToAll}
            </button>
          </span>
        )}
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {told && <Alert tone="good">{told}</Alert>}
      {toAll && <ToAllClasses kind={toAll} onDone={made} />}
      <ConcernsPanel turn={turn + saved} />
      {list && (
        <section className="panel">
          <ClassSelect list={list} value={chosen} onChange={choose} />
        </section>
      )}
      {chosen !== '' && (
        <OfClass key={`${chosen}.${turn}`} id={chosen} onShown={show} onSaved={() => setSaved(saved + 1)} />
      )}
      {(isShown || problem || (list && chosen === '')) && (
        <>
          {may('make_phase') && <Studios />}
          {may('see_networks') && <CheckedLessons seat={who.seat} />}
        </>
      )}
    </>
  );
}

interface ToAllProps {
  kind: 'live' | 'async';
  /** The number of lessons that were made; null = none. */
  onDone: (count: number | null) => void;
}

/** The same lesson for every class. */
function ToAllClasses({ kind, onDone }: ToAllProps) {
  const { timetable: t } = useOfficeText();
  const isLive = kind === 'live';
  return (
    <section className="panel">
      <h2>{isLive ? t.addToAll : t.study.addToAll}</h2>
      <p className="hint">{isLive ? t.addToAllHint : t.study.hint}</p>
      {isLive ? <NewLessonForm of={[]} onDone={onDone} /> : <SelfStudyForm of={[]} onDone={onDone} />}
    </section>
  );
}

interface OfClassProps {
  id: string;
  /** The lessons are there, or the reason why not. */
  onShown: () => void;
  onSaved: () => void;
}

function OfClass({ id, onShown, onSaved }: OfClassProps) {
  const { seat } = useDesk();
  const o = useOfficeText();
  const t = o.timetable;
  const { language } = useText();
  const className = useClassName();
  const load = useCallback((signal: AbortSignal) => timetable(seat, id, signal), [seat, id]);
  const { value, problem, reload } = useLoaded(load);
  useEffect(() => {
    if (value || problem) onShown();
  }, [value, problem, onShown]);
  const [edited, setEdited] = useState<string | 'new' | 'study' | null>(null);
  const lessons = value?.lessons ?? [];
  const meetings = lessons.filter(({ kind }) => kind === 'live');
  const studies = lessons.filter(({ kind }) => kind === 'async');
  const done = (saved: boolean) => {
    setEdited(null);
    if (!saved) return;
    reload();
    onSaved();
  };
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{value ? className(value.class_name) : id}</h2>
        <span className="grow" />
        <button type="button" className="button primary" onClick={() => setEdited('new')}>
          {t.add}
        </button>
        <button type="button" className="button" onClick={() => setEdited('study')}>
          {t.study.add}
        </button>
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {edited === 'new' && <NewLessonForm of={[id]} onDone={(count) => done(count !== null)} />}
      {edited === 'study' && <SelfStudyForm of={[id]} onDone={(count) => done(count !== null)} />}
      {value?.lessons.length === 0 && <p className="empty">{t.none}</p>}
      <LessonDays
        lessons={meetings}
        dayName={(ms) => formatDay(ms, language)}
        line={(lesson) => (
          <LessonItem
            key={lesson.lesson}
            lesson={lesson}
            nowMs={value?.now_ms ?? 0}
            edited={edited === lesson.lesson}
            onEdit={() => setEdited(lesson.lesson)}
            onDone={done}
            onChange={reload}
          />
        )}
      />
      {studies.length > 0 && (
        <div className="timetable-day">
          <h3>{t.study.title}</h3>
          <ul>
            {studies.map((lesson) =>
              edited === lesson.lesson ? (
                <li key={lesson.lesson} className="lesson-edit">
                  <EditStudy lesson={lesson} onDone={done} />
                </li>
              ) : (
                <StudyOfClass
                  key={lesson.lesson}
                  lesson={lesson}
                  onEdit={() => setEdited(lesson.lesson)}
                  onChange={reload}
                />
              ),
            )}
          </ul>
        </div>
      )}
    </section>
  );
}

interface NewProps {
  /** The ids of the classes; empty = all of the phase. */
  of: string[];
  /** Called with the number of classes for which it was made; null when it was not. */
  onDone: (count: number | null) => void;
}

/**
 * The form for a lesson of an existing course, or of one that is made with it; with the same content for each of the
 * classes.
 */
function NewLessonForm({ of, onDone }: NewProps) {
  const { seat, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const { timetable: t } = useOfficeText();
  const mayMake = may('make_phase');
  const load = useCallback((signal: AbortSignal) => courses(seat, phase.id, signal), [seat, phase.id]);
  const known = useLoaded(load);
  const [course, setCourse] = useState('');
  const [title, setTitle] = useState('');
  const [nature, setNature] = useState<Nature>('practice');
  const made = useRef(0);
  const send = async (lesson: ReadyLesson) => {
    const { planned_start_ms, planned_end_ms, ...rest } = lesson;
    if (course === '' && !mayMake) throw new ApiProblem('wrong', '', { wrong: [NO_COURSE] });
    const named = title.trim() || lesson.title;
    const fresh: NewCourse = { title: named, kind: 'live', nature, cap_ch: null, module: '' };
    const minutes = minutesOf(planned_start_ms, planned_end_ms);
    const lessons = {
      ...rest,
      course: course === '' ? fresh : Number(course),
      classes: of,
      planned_start_ms,
      minutes,
      until_ms: null,
      source: null,
    };
    made.current = (await makeLessons(seat, phase.id, lessons)).length;
  };
  return (
    <LessonForm
      first={draftOfLesson(null, Date.now())}
      asksCredit
      check={(ready) => checkPlan(seat, phase.id, planOf(ready, null, of))}
      send={send}
      onDone={(saved) => onDone(saved ? made.current : null)}
    >
      <div className="form-row">
        <SelectField label={t.course} value={course} onChange={setCourse}>
          <option value="">{mayMake ? t.newCourse : p.choose}</option>
          {known.value
            ?.filter(({ kind }) => kind === 'live')
            .map((one) => (
              <option key={one.id} value={String(one.id)}>
                {one.title}
              </option>
            ))}
        </SelectField>
        {course === '' && mayMake && (
          <SelectField label={t.nature} value={nature} onChange={(next) => setNature(next as Nature)}>
            {(['practice', 'theory'] as const).map((one) => (
              <option key={one} value={one}>
                {t.natures[one]}
              </option>
            ))}
          </SelectField>
        )}
      </div>
      {course === '' && mayMake && (
        <TextField
          label={t.courseTitle}
          hint={t.courseTitleHint}
          optional={p.optional}
          value={title}
          onChange={setTitle}
        />
      )}
      {course === '' && nature === 'theory' && <Alert tone="calm">{t.unusual}</Alert>}
    </LessonForm>
  );
}
