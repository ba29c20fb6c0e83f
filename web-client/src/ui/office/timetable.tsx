/** The timetable of a class, and the same lesson for all classes at once. */
import { useCallback, useRef, useState } from 'react';
import { ApiProblem } from '../../api';
import { byDay } from '../../home/lessons';
import { formatDay } from '../../i18n/dates';
import { checkPlan, courses, makeLessons, timetable } from '../../office/api';
import type { Nature, NewCourse } from '../../protocol';
import { Trouble } from '../account/signed-in';
import { useClassName } from '../enrol/text';
import { CheckedLessons } from '../parts/wall-checks';
import { SelectField, TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { usePortalText } from '../portal/text';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { ClassSelect, useChosenClass } from './classes';
import { ConcernsPanel } from './concerns';
import { useDesk } from './desk';
import { draftOfLesson, LessonForm, minutesOf, NO_COURSE, type ReadyLesson } from './lesson-form';
import { LessonItem } from './office-lesson';
import { EditStudy, SelfStudyForm, StudyOfClass } from './self-study';
import { Studios } from './studios';
import { useOfficeText } from './text';
import '../styles/home.css';

export default function Timetable() {
  const { may, who } = useDesk();
  const o = useOfficeText();
  const t = o.timetable;
  const { list, problem, reload, chosen, choose } = useChosenClass();
  const [toAll, setToAll] = useState<'live' | 'async' | null>(null);
  const [told, setTold] = useState('');
  const [turn, setTurn] = useState(0);
  /** How often lessons of the chosen class were changed. */
  const [saved, setSaved] = useState(0);
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
      {toAll === 'live' && (
        <section className="panel">
          <h2>{t.addToAll}</h2>
          <p className="hint">{t.addToAllHint}</p>
          <NewLessonForm of={[]} onDone={made} />
        </section>
      )}
      {toAll === 'async' && (
        <section className="panel">
          <h2>{t.study.addToAll}</h2>
          <p className="hint">{t.study.hint}</p>
          <SelfStudyForm of={[]} onDone={made} />
        </section>
      )}
      <ConcernsPanel turn={turn + saved} />
      {list && (
        <section className="panel">
          <ClassSelect list={list} value={chosen} onChange={choose} />
        </section>
      )}
      {chosen !== '' && <OfClass key={`${chosen}.${turn}`} id={chosen} onSaved={() => setSaved(saved + 1)} />}
      {may('make_phase') && <Studios />}
      {may('see_networks') && <CheckedLessons seat={who.seat} />}
    </>
  );
}

function OfClass({ id, onSaved }: { id: string; onSaved: () => void }) {
  const { seat } = useDesk();
  const o = useOfficeText();
  const t = o.timetable;
  const { language } = useText();
  const className = useClassName();
  const load = useCallback((signal: AbortSignal) => timetable(seat, id, signal), [seat, id]);
  const { value, problem, reload } = useLoaded(load);
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
      {byDay(meetings).map(({ day, lessons }) => (
        <div key={day} className="timetable-day">
          <h3>{formatDay(lessons[0]?.planned_start_ms ?? 0, language)}</h3>
          <ul>
            {lessons.map((lesson) => (
              <LessonItem
                key={lesson.lesson}
                lesson={lesson}
                nowMs={value?.now_ms ?? 0}
                edited={edited === lesson.lesson}
                onEdit={() => setEdited(lesson.lesson)}
                onDone={done}
                onChange={reload}
              />
            ))}
          </ul>
        </div>
      ))}
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
  /** Empty: for all of the phase. */
  of: string[];
  /** Told for how many classes it was made; null when it was not. */
  onDone: (count: number | null) => void;
}

/** A lesson of a course that is known or made with it; the same content for each of the classes. */
function NewLessonForm({ of, onDone }: NewProps) {
  const { seat, phase, may } = useDesk();
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
      check={({ planned_start_ms, planned_end_ms, ...rest }) =>
        checkPlan(seat, phase.id, {
          ...rest,
          lesson: null,
          classes: of,
          planned_start_ms,
          minutes: minutesOf(planned_start_ms, planned_end_ms),
        })
      }
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
