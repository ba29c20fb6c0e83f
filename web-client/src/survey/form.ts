/** A survey while it is written: the texts in the fields, and the data that is sent. Pure. */
import type { SurveyAsk, SurveyForm, SurveyQuestion } from '../protocol';

export interface DraftQuestion {
  /** A key that stays while the question is moved. */
  key: number;
  kind: SurveyAsk['ask'];
  text: string;
  needed: boolean;
  points: string;
  low: string;
  high: string;
  /** The options, one in each line. */
  options: string;
  several: boolean;
}

export interface DraftSurvey {
  title: string;
  anonymous: boolean;
  due: string;
  questions: DraftQuestion[];
}

export function newQuestion(key: number): DraftQuestion {
  return {
    key,
    kind: 'scale',
    text: '',
    needed: true,
    points: '5',
    low: '',
    high: '',
    options: '',
    several: false,
  };
}

export function draftOf(form: SurveyForm | null): DraftSurvey {
  if (!form) return { title: '', anonymous: true, due: '', questions: [newQuestion(0)] };
  return { ...form, questions: form.questions.map(draftQuestion) };
}

function draftQuestion({ text, ask, needed }: SurveyQuestion, key: number): DraftQuestion {
  const draft = { ...newQuestion(key), kind: ask.ask, text, needed };
  switch (ask.ask) {
    case 'scale':
      return { ...draft, points: String(ask.points), low: ask.low, high: ask.high };
    case 'choice':
      return { ...draft, options: ask.options.join('\n'), several: ask.several };
    case 'text':
      return draft;
  }
}

export function formOf(draft: DraftSurvey): SurveyForm {
  return { ...draft, questions: draft.questions.map(questionOf) };
}

function questionOf(draft: DraftQuestion): SurveyQuestion {
  const { text, needed } = draft;
  return { text, needed, ask: askOf(draft) };
}

function askOf({ kind, points, low, high, options, several }: DraftQuestion): SurveyAsk {
  switch (kind) {
    case 'scale': {
      // A text that is no figure is sent as 0, which the server refuses at its field.
      const figure = /^\d{1,2}$/.test(points.trim()) ? Number(points) : 0;
      return { ask: 'scale', points: figure, low, high };
    }
    case 'choice':
      return { ask: 'choice', options: options.split('\n').filter((line) => line.trim() !== ''), several };
    case 'text':
      return { ask: 'text' };
  }
}

/** The list with one question a place further up or down; unchanged where there is no such place. */
export function moved(questions: readonly DraftQuestion[], at: number, by: 1 | -1): DraftQuestion[] {
  const list = [...questions];
  const [one, other] = [list[at], list[at + by]];
  if (one && other) [list[at], list[at + by]] = [other, one];
  return list;
}
