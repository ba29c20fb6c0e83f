/** A phase as texts in fields, and what is sent of them. Pure. */
import { chFrom, hoursFigure } from '../i18n/figures';
import type { NewPhase, Phase } from '../protocol';
import { linesOf, seatsFrom } from './seats';

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
  };
}

/** What is sent; null while a figure is none. */
export function phaseOf(draft: PhaseDraft): NewPhase | null {
  const { number, plan, hours } = figuresOf(draft);
  if (number === null || plan === null || hours === null) return null;
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
  };
}

export function figuresOf(draft: PhaseDraft) {
  return { number: seatsFrom(draft.number), plan: seatsFrom(draft.plan), hours: chFrom(draft.hours) };
}
