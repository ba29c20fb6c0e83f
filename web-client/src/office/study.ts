/** A lesson that classes study alone, before it is made or changed. Pure. */
import { dayIn } from '../enrol/fields';
import { chFrom, hoursFigure } from '../i18n/figures';
import type { StudySource, TimetableLesson } from '../protocol';
import { instantOf } from './seats';

export interface StudyDraft {
  title: string;
  /** First and last day in Beijing, both included. */
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

/** A draft with another source: its name and worth, unless somebody wrote another name. */
export function withSource(draft: StudyDraft, source: StudySource, before?: StudySource): StudyDraft {
  const named = draft.title.trim() !== '' && draft.title !== before?.title;
  return {
    ...draft,
    source: source.lesson,
    title: named ? draft.title : source.title,
    credit: hoursFigure(source.worth_ch),
  };
}

/** What is sent, or at which field it is not ready. */
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
