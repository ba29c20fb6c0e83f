/** A lesson in a timetable: title, day and times, credit, instructors. */
import { type FormEvent, useState } from 'react';
import type { ApiProblem } from '../../api';
import { formatTime } from '../../i18n';
import { dayIn, instantOf } from '../../i18n/dates';
import { chFrom, hoursFigure } from '../../i18n/figures';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { FormEnd } from '../../kit/form-end';
import { Icon } from '../../kit/icons';
import { problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { CheckPlan, Concern, Mistake, PersonName, TimetableLesson } from '../../protocol';
import { instructors } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import type { OfficeTexts } from '../texts.zh';
import { ConcernList } from './concerns';

export interface LessonDraft {
  title: string;
  day: string;
  from: string;
  to: string;
  credit: string;
  instructors: PersonName[];
}

export function draftOfLesson(lesson: TimetableLesson | null, now: number): LessonDraft {
  if (!lesson)
    return { title: '', day: dayIn(now), from: '19:00', to: '20:30', credit: '2', instructors: [] };
  return {
    title: lesson.title,
    day: dayIn(lesson.planned_start_ms),
    from: formatTime(lesson.planned_start_ms),
    to: formatTime(lesson.planned_end_ms),
    credit: hoursFigure(lesson.credit_ch),
    instructors: lesson.instructors,
  };
}

export interface ReadyLesson {
  title: string;
  planned_start_ms: number;
  planned_end_ms: number;
  credit_ch: number;
  instructors: string[];
}

export function minutesOf(from_ms: number, to_ms: number): number {
  return Math.round((to_ms - from_ms) / 60_000);
}

/** The plan to be checked before it is saved: a new lesson, or `lesson` with its changes. */
export function planOf(ready: ReadyLesson, lesson: string | null, classes: string[]): CheckPlan {
  const { planned_start_ms, planned_end_ms, ...rest } = ready;
  return { ...rest, lesson, classes, planned_start_ms, minutes: minutesOf(planned_start_ms, planned_end_ms) };
}

/** The data that is sent, or the field at which it is not ready. */
export function readyLesson(draft: LessonDraft): ReadyLesson | 'title' | 'date' | 'credit' {
  const start = instantOf(draft.day, draft.from);
  const end = instantOf(draft.day, draft.to);
  const credit = chFrom(draft.credit);
  if (draft.title.trim() === '') return 'title';
  if (start === null || end === null || end <= start) return 'date';
  if (credit === null || credit < 0) return 'credit';
  return {
    title: draft.title.trim(),
    planned_start_ms: start,
    planned_end_ms: end,
    credit_ch: credit,
    instructors: draft.instructors.map(({ person }) => person),
  };
}

interface Props {
  first: LessonDraft;
  /** Whether the credit is asked: it is set once. */
  asksCredit: boolean;
  /** Asks for the concerns about the lesson before it is saved. */
  check?: (lesson: ReadyLesson) => Promise<Concern[]>;
  send: (lesson: ReadyLesson) => Promise<unknown>;
  onDone: (saved: boolean) => void;
  children?: React.ReactNode;
}

export function LessonForm({ first, asksCredit, check, send, onDone, children }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const t = o.timetable;
  const [draft, setDraft] = useState(first);
  const [tried, setTried] = useState(false);
  /** The concerns about the present draft; null = not asked yet. */
  const [concerns, setConcerns] = useState<Concern[] | null>(null);
  const sending = useSending();
  const set = (part: Partial<LessonDraft>) => {
    setDraft((was) => ({ ...was, ...part }));
    setConcerns(null);
  };
  const ready = readyLesson(draft);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (typeof ready === 'string') return sending.clear();
    let found: Concern[] = [];
    const saved = await sending.send(async () => {
      found = concerns === null && check ? await check(ready) : [];
      setConcerns(found);
      if (found.length === 0) await send(ready);
    });
    if (saved && found.length === 0) onDone(true);
  };
  return (
    <Form draft={draft} saved={first} onSubmit={submit} noValidate>
      {children}
      <TextField
        label={t.lessonTitle}
        value={draft.title}
        wrong={tried && ready === 'title' ? p.wrong.missing : null}
        onChange={(title) => set({ title })}
      />
      <div className="form-row three">
        <TextField label={t.date} type="date" value={draft.day} onChange={(day) => set({ day })} />
        <TextField label={t.from} type="time" value={draft.from} onChange={(from) => set({ from })} />
        <TextField
          label={t.to}
          type="time"
          value={draft.to}
          wrong={tried && ready === 'date' ? t.badDate : null}
          onChange={(to) => set({ to })}
        />
      </div>
      {asksCredit && (
        <TextField
          label={t.credit}
          hint={t.creditHint}
          value={draft.credit}
          inputMode="text"
          wrong={tried && ready === 'credit' ? t.badCredit : null}
          onChange={(credit) => set({ credit })}
        />
      )}
      <Instructors chosen={draft.instructors} onChange={(instructors) => set({ instructors })} />
      {concerns !== null && concerns.length > 0 && (
        <Alert tone="fair">
          {o.concerns.before}
          <ConcernList concerns={concerns} />
        </Alert>
      )}
      <FormEnd
        sending={sending}
        {...(concerns !== null && concerns.length > 0 && { save: o.concerns.saveAnyway })}
        sentence={(refusal) => lessonProblem(refusal, p, t)}
        onBack={() => onDone(false)}
      />
    </Form>
  );
}

/** The missing course: courses are the training administrator's, others choose one. */
export const NO_COURSE: Mistake = { field: 'course', wrong: 'missing' };

/** The sentence for a refusal. Fields have the names of the interface, which people who fill in a form do not know. */
export function lessonProblem(
  refusal: ApiProblem,
  p: ReturnType<typeof usePortalText>,
  t: OfficeTexts['timetable'],
): string {
  const first = refusal.wrong[0];
  if (!first) return problemSentence(refusal, p);
  if (first.field === 'planned_start_ms') return first.wrong === 'taken' ? p.problem.clash : t.outside;
  if (first.field === 'minutes') return t.badMinutes;
  return p.about(t.ofField[first.field] ?? t.course, p.wrong[first.wrong]);
}

function Instructors({
  chosen,
  onChange,
}: {
  chosen: PersonName[];
  onChange: (chosen: PersonName[]) => void;
}) {
  const p = usePortalText();
  const { timetable: t } = useOfficeText();
  const { seat } = useDesk();
  const [text, setText] = useState('');
  const [found, setFound] = useState<PersonName[] | null>(null);
  const sending = useSending();
  const find = () => sending.send(async () => setFound(await instructors(seat, text.trim())));
  const add = (one: PersonName) => {
    if (!chosen.some(({ person }) => person === one.person)) onChange([...chosen, one]);
    setFound(null);
    setText('');
  };
  return (
    <fieldset className="column">
      <legend className="label">{t.instructors}</legend>
      <div className="row wrap">
        {chosen.map(({ person, name }) => (
          <button
            key={person}
            type="button"
            className="button small"
            aria-label={t.remove(name)}
            onClick={() => onChange(chosen.filter((one) => one.person !== person))}
          >
            {name}
            <Icon name="close" />
          </button>
        ))}
      </div>
      <span className="field-row search-row">
        <input
          type="search"
          aria-label={t.findInstructor}
          placeholder={t.findInstructor}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void find();
          }}
        />
        <button type="button" className="button" disabled={sending.busy} onClick={() => void find()}>
          <Icon name="search" />
          {t.addInstructor}
        </button>
      </span>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {found?.length === 0 && <p className="hint">{t.noInstructor}</p>}
      {found && found.length > 0 && (
        <ul className="row wrap">
          {found.map((one) => (
            <li key={one.person}>
              <button type="button" className="button small quiet" onClick={() => add(one)}>
                + {one.name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
