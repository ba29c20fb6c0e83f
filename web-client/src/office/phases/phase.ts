/** A phase as texts in fields, and the data that is sent. Pure. */
import { chFrom, hoursFigure } from '../../i18n/figures';
import type { NewPhase, PerSchool, Phase } from '../../protocol';
import { linesOf, seatsFrom } from '../typed';

export type PhaseDraft = ReturnType<typeof draftOf>;

export function draftOf(first: Phase | null, number: number) {
  return {
    number: String(number),
    title: first?.title ?? '',
    hours: first ? hoursFigure(first.hours_ch) : '10',
    plan: String(first?.plan_seats ?? 10_000),
    regFirst: first?.registration.first ?? '',
    regLast: first?.registration.last ?? '',
    studyFirst: first?.study.first ?? '',
    studyLast: first?.study.last ?? '',
    tracks: first?.tracks.join('\n') ?? '',
    categories: first?.categories.join('\n') ?? '',
    choose: first?.choose_class ?? false,
    /** Empty = no bound. */
    perSchool: first?.per_school ? String(first.per_school.seats) : '',
    perCategory: Object.fromEntries(
      (first?.per_school?.categories ?? []).map(({ category, seats }) => [category, String(seats)]),
    ) as Record<string, string>,
  };
}

/** The data that is sent; null while a text is no figure. */
export function phaseOf(draft: PhaseDraft): NewPhase | null {
  const { number, plan, hours } = figuresOf(draft);
  const perSchool = perSchoolOf(draft);
  if (number === null || plan === null || hours === null || perSchool === 'wrong') return null;
  return {
    number,
    title: draft.title.trim(),
    hours_ch: hours,
    plan_seats: plan,
    registration: { first: draft.regFirst, last: draft.regLast },
    study: { first: draft.studyFirst, last: draft.studyLast },
    tracks: linesOf(draft.tracks),
    categories: linesOf(draft.categories),
    choose_class: draft.choose,
    per_school: perSchool,
  };
}

export function figuresOf(draft: PhaseDraft) {
  return { number: seatsFrom(draft.number), plan: seatsFrom(draft.plan), hours: chFrom(draft.hours) };
}

/** The number of people that a school may send; only categories that the phase has, and that have a figure. */
export function perSchoolOf(draft: PhaseDraft): PerSchool | null | 'wrong' {
  if (draft.perSchool.trim() === '') return null;
  const seats = seatsFrom(draft.perSchool);
  const given = linesOf(draft.categories)
    .map((category) => [category, draft.perCategory[category]?.trim() ?? ''] as const)
    .filter(([, text]) => text !== '');
  const categories = given.map(([category, text]) => ({ category, seats: seatsFrom(text) }));
  const good = categories.filter((one): one is { category: string; seats: number } => one.seats !== null);
  return seats === null || good.length < categories.length ? 'wrong' : { seats, categories: good };
}
