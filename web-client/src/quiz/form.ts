/** What the office types about a self-test, and what is sent of it. Pure. */
import type { QuizAsk, QuizKind, QuizQuestion, QuizRule } from '../protocol';

export const KINDS: readonly QuizKind[] = ['one', 'several', 'truth', 'blank'];

/** Texts of two fields for each kind. */
export interface RuleDraft {
  draws: Record<QuizKind, { count: string; points: string }>;
  pass: string;
  tries: string;
  minutes: string;
  due: string;
  reveal: boolean;
}

export function ruleDraftOf(rule: QuizRule | null, due: string): RuleDraft {
  const draw = (kind: QuizKind) => {
    const drawn = rule?.draws.find((one) => one.kind === kind);
    return { count: String(drawn?.count ?? 0), points: String(drawn?.points ?? 2) };
  };
  return {
    draws: { one: draw('one'), several: draw('several'), truth: draw('truth'), blank: draw('blank') },
    pass: String(rule?.pass ?? 60),
    tries: String(rule?.tries ?? 3),
    minutes: String(rule?.minutes ?? 60),
    due: rule?.due ?? due,
    reveal: rule?.reveal ?? true,
  };
}

export function ruleOf(draft: RuleDraft): QuizRule {
  const { pass, tries, minutes, due, reveal } = draft;
  const draws = KINDS.map((kind) => {
    const { count, points } = draft.draws[kind];
    return { kind, count: numberOf(count), points: numberOf(points) };
  });
  const figures = { pass: numberOf(pass), tries: numberOf(tries), minutes: numberOf(minutes) };
  return { draws: draws.filter(({ count }) => count > 0), ...figures, due, reveal };
}

/** Questions and points of a paper. */
export function totalOf({ draws }: QuizRule): { questions: number; points: number } {
  return {
    questions: draws.reduce((sum, { count }) => sum + count, 0),
    points: draws.reduce((sum, { count, points }) => sum + count * points, 0),
  };
}

/** The number of a text; 0 for any other text, which the server then refuses. */
export function numberOf(text: string): number {
  const figure = text.normalize('NFKC').trim();
  return /^\d{1,6}$/.test(figure) ? Number(figure) : 0;
}

export interface QuestionDraft {
  kind: QuizKind;
  text: string;
  /** One a line. */
  options: string;
  /** Numbers of options from 1, spellings by line, or `true` and `false`. */
  right: string;
  explanation: string;
}

export function questionDraftOf(question: QuizQuestion | null): QuestionDraft {
  if (!question) return { kind: 'one', text: '', options: '', right: '', explanation: '' };
  const { ask, text, explanation } = question;
  const options = 'options' in ask ? ask.options.join('\n') : '';
  return { kind: ask.ask, text, options, right: rightText(ask), explanation };
}

function rightText(ask: QuizAsk): string {
  switch (ask.ask) {
    case 'one':
      return String(ask.right + 1);
    case 'several':
      return ask.right.map((place) => place + 1).join(' ');
    case 'truth':
      return String(ask.right);
    case 'blank':
      return ask.right.join('\n');
  }
}

const NO_OPTION = 255;

export function questionOf(draft: QuestionDraft): QuizQuestion {
  const { text, explanation } = draft;
  return { text, explanation, ask: askOf(draft) };
}

function askOf({ kind, options, right }: QuestionDraft): QuizAsk {
  const choices = linesOf(options);
  const places = right
    .normalize('NFKC')
    .split(/[^\d]+/)
    .filter((one) => one !== '')
    .map((one) => placeOf(one));
  switch (kind) {
    case 'one':
      return {
        ask: 'one',
        options: choices,
        right: places.length === 1 ? (places[0] ?? NO_OPTION) : NO_OPTION,
      };
    case 'several':
      return { ask: 'several', options: choices, right: places };
    case 'truth':
      return { ask: 'truth', right: right === 'true' };
    case 'blank':
      return { ask: 'blank', right: linesOf(right) };
  }
}

function placeOf(figure: string): number {
  const place = Number(figure) - 1;
  return place >= 0 && place < NO_OPTION ? place : NO_OPTION;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Per cent of all; 0 of nothing. */
export function percentOf(part: number, all: number): number {
  return all === 0 ? 0 : Math.round((100 * part) / all);
}
