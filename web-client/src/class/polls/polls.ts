/** Polls: what trainees answer, and what staff ask and see. Pure. */
import {
  type NewPoll,
  type Participant,
  type ParticipantId,
  POLL_OPTIONS_MAX,
  POLL_OPTIONS_MIN,
  type PollAnswer,
  type PollRound,
} from '../../protocol';

/** The most characters of options that stand beside each other; longer ones stand one below the other. */
const SHORT_CHARS = 6;
/** The most characters of options that need no letter of their own: 是, 否, A. */
const BARE_CHARS = 2;

/** One option with its result. */
export interface Bar {
  label: string;
  letter: string;
  count: number;
  /** The percentage of those who answered. */
  percent: number;
  right: boolean;
  mine: boolean;
}

interface Outcome {
  options: readonly string[];
  counts: readonly number[];
  answered: number;
  right: readonly number[];
  mine?: readonly number[];
}

export function bars({ options, counts, answered, right, mine = [] }: Outcome): Bar[] {
  return options.map((label, place) => {
    const count = counts[place] ?? 0;
    const percent = answered > 0 ? Math.round((count * 100) / answered) : 0;
    const letter = letterOf(options, place);
    return { label, letter, count, percent, right: right.includes(place), mine: mine.includes(place) };
  });
}

/** The letter of an option: A, B, C …; none where the options are as short as that themselves. */
export function letterOf(options: readonly string[], place: number): string {
  const bare = options.every((option) => [...option].length <= BARE_CHARS);
  return bare ? '' : letter(place);
}

export function letter(place: number): string {
  return String.fromCharCode(65 + place);
}

/** Whether the options fit beside each other. */
export function areShort(options: readonly string[]): boolean {
  return options.every((option) => [...option].length <= SHORT_CHARS);
}

/** The chosen options, as one line. */
export function chosenText(options: readonly string[], choices: readonly number[]): string {
  const named = (place: number) => [letterOf(options, place), options[place] ?? ''].join(' ').trim();
  return choices.map(named).join('、');
}

/** The choices after a tap on an option of a poll that takes several. */
export function toggled(choices: readonly number[], place: number): number[] {
  const kept = choices.filter((one) => one !== place);
  return kept.length < choices.length ? kept : [...kept, place].sort((a, b) => a - b);
}

/** The own answer to a poll; empty for none. */
export function answerTo(answers: readonly PollAnswer[], poll: number): readonly number[] {
  return answers.find((answer) => answer.poll === poll)?.choices ?? [];
}

/** The state of a poll's answers, for staff. */
export interface Votes {
  counts: number[];
  answered: number;
  /** The trainees in class who have not answered. */
  waiting: ParticipantId[];
}

export function votesOf(round: PollRound, people: readonly Participant[]): Votes {
  const voters = new Set(round.votes.flat());
  const waits = (one: Participant) => one.role === 'trainee' && one.here && !voters.has(one.id);
  return {
    counts: round.votes.map((who) => who.length),
    answered: voters.size,
    waiting: people.filter(waits).map((one) => one.id),
  };
}

/** A question that is being written; empty options are left out when it is asked. */
export interface Draft {
  question: string;
  options: string[];
  multiple: boolean;
  /** The places of the right options in `options`. */
  right: number[];
}

export const emptyDraft: Draft = { question: '', options: ['', ''], multiple: false, right: [] };

/** The poll of a draft; null while it has too few options. */
export function pollOf(draft: Draft): NewPoll | null {
  const used = draft.options.flatMap((option, place) => (option.trim() === '' ? [] : [place]));
  if (used.length < POLL_OPTIONS_MIN) return null;
  return {
    question: draft.question.trim(),
    options: used.map((place) => (draft.options[place] ?? '').trim()),
    multiple: draft.multiple,
    right: used.flatMap((place, now) => (draft.right.includes(place) ? [now] : [])),
  };
}

/** The draft with an option marked as right, or no longer: one right answer, or several where several may be chosen. */
export function markedRight(draft: Draft, place: number): Draft {
  const right = toggled(draft.right, place);
  return { ...draft, right: draft.multiple ? right : right.filter((one) => one === place) };
}

export function withMultiple(draft: Draft, multiple: boolean): Draft {
  return { ...draft, multiple, right: multiple ? draft.right : draft.right.slice(0, 1) };
}

export function withoutOption(draft: Draft, place: number): Draft {
  const options = draft.options.filter((_, one) => one !== place);
  const right = draft.right.filter((one) => one !== place).map((one) => (one > place ? one - 1 : one));
  return { ...draft, options, right };
}

/** The draft that was kept, if the text still is one. */
export function readDraft(text: string | null): Draft {
  try {
    const { question, options, multiple, right } = JSON.parse(text ?? '') as Draft;
    const fits = options.length >= POLL_OPTIONS_MIN && options.length <= POLL_OPTIONS_MAX;
    const texts = [question, ...options].every((one) => typeof one === 'string');
    if (!fits || !texts || !right.every(Number.isInteger)) return emptyDraft;
    return { question, options, multiple: multiple === true, right };
  } catch {
    return emptyDraft;
  }
}
