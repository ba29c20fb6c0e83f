/** What was right in a try, and why. It is asked for when somebody wants to see it. */
import { useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import type { Language } from '../i18n/index';
import { usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { QuizAnswer, QuizAsked, QuizReviewed } from '../protocol';
import { reviewOf } from './api';
import { listed } from './paper';
import { useQuizText } from './text';
import type { QuizTexts } from './texts.zh';

interface Props {
  seat: string;
  phase: string;
  number: number;
}

export function Review(props: Props) {
  const w = useQuizText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="row">
        <button type="button" className="button small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? w.hideReview : w.review}
        </button>
      </div>
      {open && <Opened {...props} />}
    </>
  );
}

function Opened({ seat, phase, number }: Props) {
  const p = usePortalText();
  const load = useCallback(
    (signal: AbortSignal) => reviewOf(seat, phase, number, signal),
    [seat, phase, number],
  );
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return <p role="status">{p.loading}</p>;
  return (
    <ol className="quiz-review">
      {value.questions.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: questions are named by their place
        <Reviewed key={at} of={one} />
      ))}
    </ol>
  );
}

function Reviewed({ of }: { of: QuizReviewed }) {
  const w = useQuizText();
  const { language } = useText();
  const { asked } = of;
  return (
    <li>
      <p className="quiz-text">{asked.text}</p>
      <p>
        <span className={of.is_right ? 'mark good' : 'mark bad'}>{of.is_right ? w.right : w.wrong}</span>{' '}
        {w.yours}: {said(asked.answer, asked, w, language)}
      </p>
      {!of.is_right && (
        <p>
          {w.correct}: <b>{correct(of, w, language)}</b>
        </p>
      )}
      {of.explanation && (
        <p className="hint quiz-text">
          {w.explanation}: {of.explanation}
        </p>
      )}
    </li>
  );
}

function said(answer: QuizAnswer, asked: QuizAsked, w: QuizTexts, language: Language): string {
  switch (answer.answer) {
    case 'nothing':
      return w.nothing;
    case 'chosen':
      return options(answer.options, asked, language);
    case 'truth':
      return answer.value ? w.yes : w.no;
    case 'words':
      return answer.text;
  }
}

function correct(
  { asked, options: places, truth, spellings }: QuizReviewed,
  w: QuizTexts,
  language: Language,
): string {
  if (truth !== null) return truth ? w.yes : w.no;
  return spellings.length > 0 ? spellings.join(w.or) : options(places, asked, language);
}

function options(places: readonly number[], asked: QuizAsked, language: Language): string {
  return listed(
    places.map((place) => asked.options[place] ?? ''),
    language,
  );
}
