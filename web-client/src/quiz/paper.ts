/** The answers of a try while it is taken: what stands there, what the server has, and what is on its way. Pure. */
import type { Language } from '../i18n/index';
import type { QuizAnswer, QuizAsked, QuizPaper } from '../protocol';

interface Slot {
  answer: QuizAnswer;
  /** The answer that the server has. */
  kept: QuizAnswer;
  /** How often the question was answered, as far as this device knows. */
  times: number;
}

export interface Taking {
  slots: readonly Slot[];
  /** The answer that is on its way. */
  flying: { place: number; answer: QuizAnswer } | null;
  /** The last one did not arrive. */
  offline: boolean;
}

export function opened(paper: QuizPaper): Taking {
  const slot = ({ answer, times }: QuizAsked): Slot => ({ answer, kept: answer, times });
  return { slots: paper.questions.map(slot), flying: null, offline: false };
}

/** The answers with the server's news; a question whose answer is on its way, or that has no news, stays. */
export function merged(taking: Taking, paper: QuizPaper): Taking {
  const slots = taking.slots.map((slot, place) => {
    const now = paper.questions[place];
    const isOwn = taking.flying?.place === place || (now && now.times <= slot.times);
    return now && !isOwn ? { answer: now.answer, kept: now.answer, times: now.times } : slot;
  });
  return { ...taking, slots };
}

export function answered(taking: Taking, place: number, answer: QuizAnswer): Taking {
  return changed(taking, place, { answer });
}

/** The place of an answer that the server does not have; null: it has all. */
export function waiting(taking: Taking): number | null {
  const place = taking.slots.findIndex(({ answer, kept }) => !isSameAnswer(answer, kept));
  return place === -1 ? null : place;
}

export function sent(taking: Taking, place: number): Taking {
  const answer = taking.slots[place]?.answer;
  return answer ? { ...taking, flying: { place, answer } } : taking;
}

/** The server has what was on its way. */
export function arrived(taking: Taking, times: number): Taking {
  const { flying } = taking;
  if (!flying) return taking;
  const next = changed(taking, flying.place, { kept: flying.answer, times });
  return { ...next, flying: null, offline: false };
}

/** It did not arrive, and is sent again. */
export function lost(taking: Taking): Taking {
  return { ...taking, flying: null, offline: true };
}

/** It is not taken: what the server has stands there again. */
export function refused(taking: Taking): Taking {
  const { flying } = taking;
  if (!flying) return taking;
  const kept = taking.slots[flying.place]?.kept;
  return { ...(kept ? changed(taking, flying.place, { answer: kept }) : taking), flying: null };
}

/** Places of questions without an answer, from 0. */
export function unanswered(taking: Taking): number[] {
  return taking.slots.flatMap(({ answer }, place) => (isNothing(answer) ? [place] : []));
}

function changed(taking: Taking, place: number, part: Partial<Slot>): Taking {
  const slots = taking.slots.map((slot, at) => (at === place ? { ...slot, ...part } : slot));
  return { ...taking, slots };
}

export function isNothing(answer: QuizAnswer): boolean {
  switch (answer.answer) {
    case 'nothing':
      return true;
    case 'chosen':
      return answer.options.length === 0;
    case 'truth':
      return false;
    case 'words':
      return answer.text.trim() === '';
  }
}

function isSameAnswer(one: QuizAnswer, other: QuizAnswer): boolean {
  return (isNothing(one) && isNothing(other)) || JSON.stringify(one) === JSON.stringify(other);
}

/** The answer after an option was pressed: of several it comes or goes, else it is the only one. */
export function pressed(answer: QuizAnswer, option: number, several: boolean): QuizAnswer {
  if (!several) return { answer: 'chosen', options: [option] };
  const before = answer.answer === 'chosen' ? answer.options : [];
  const options = before.includes(option) ? before.filter((one) => one !== option) : [...before, option];
  return { answer: 'chosen', options: options.sort((a, b) => a - b) };
}

/** One after the other, with what stands between in this language. */
export function listed(parts: readonly string[], language: Language): string {
  return parts.join(language === 'zh' ? '、' : ', ');
}

/** `12:05`; never less than nothing. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
