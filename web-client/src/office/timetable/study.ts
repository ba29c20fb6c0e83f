/** A self-study lesson before it is made or changed. Pure. */
import { dayIn, instantOf } from '../../i18n/dates';
import { chFrom, hoursFigure } from '../../i18n/figures';
import type { StudySource, TimetableLesson } from '../../protocol';

export interface StudyDraft {
  title: string;
  /** The first and last day in Beijing, both included. */
  from: string;
  until: string;
  credit: string;
  source: string;
}

export interface ReadyStudy {
  title: string;
  planned_start_ms: number;
  until_ms: number;
  credit_ch: number;
}

const DAY_MS = 86_400_000;

export function draftOf(lesson: TimetableLesson): StudyDraft {
  return {
    title: lesson.title,
    from: dayIn(lesson.planned_start_ms),
    until: dayIn(lesson.planned_end_ms - 1),
    credit: hoursFigure(lesson.credit_ch),
    source: '',
  };
}

/** A draft with another source: with its name and worth, unless somebody wrote another name. */
export function withSource(draft: StudyDraft, source: StudySource, before?: StudySource): StudyDraft {
  const named = draft.title.trim() !== '' && draft.title !== before?.title;
  return {
    ...draft,
    source: source.lesson,
    title: named ? draft.title : source.title,
    credit: hoursFigure(source.worth_ch),
  };
}

/** The data that is sent, or the field at which it is not ready. */
export function readyStudy(draft: StudyDraft): ReadyStudy | 'title' | 'days' | 'credit' {
  const from = instantOf(draft.from, '00:00');
  const last = instantOf(draft.until, '00:00');
  const credit = chFrom(draft.credit);
  if (draft.title.trim() === '') return 'title';
  if (from === null || last === null || last < from) return 'days';
  if (credit === null || credit <= 0) return 'credit';
  return {
    title: draft.title.trim(),
    planned_start_ms: from,
    until_ms: last + DAY_MS,
    credit_ch: credit,
  };
}
