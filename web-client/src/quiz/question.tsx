/** One question with its answer. */
import { useId } from 'react';
import type { QuizAnswer, QuizAsked } from '../protocol';
import { pressed } from './paper';
import { useQuizText } from './text';

interface Props {
  number: number;
  question: QuizAsked;
  answer: QuizAnswer;
  onChange: (answer: QuizAnswer) => void;
}

export function Question({ number, question, answer, onChange }: Props) {
  const w = useQuizText();
  const { kind, text, points } = question;
  const marks = [w.kinds[kind], kind === 'several' && w.someOf, w.points(points)].filter(Boolean);
  return (
    <fieldset className="panel quiz-question">
      <legend>
        <small>{marks.join(' · ')}</small>
        <span className="quiz-text">
          {number}. {text}
        </span>
      </legend>
      <Answer question={question} answer={answer} onChange={onChange} />
    </fieldset>
  );
}

function Answer({ question, answer, onChange }: Omit<Props, 'number'>) {
  const w = useQuizText();
  const name = useId();
  switch (question.kind) {
    case 'one':
    case 'several':
      return (
        <div className="quiz-options">
          {question.options.map((option, place) => (
            <label key={option}>
              <input
                type={question.kind === 'several' ? 'checkbox' : 'radio'}
                name={name}
                checked={answer.answer === 'chosen' && answer.options.includes(place)}
                onChange={() => onChange(pressed(answer, place, question.kind === 'several'))}
              />
              <span>{option}</span>
            </label>
          ))}
        </div>
      );
    case 'truth':
      return (
        <div className="quiz-options">
          {[true, false].map((value) => (
            <label key={String(value)}>
              <input
                type="radio"
                name={name}
                checked={answer.answer === 'truth' && answer.value === value}
                onChange={() => onChange({ answer: 'truth', value })}
              />
              <span>{value ? w.yes : w.no}</span>
            </label>
          ))}
        </div>
      );
    case 'blank':
      return (
        <input
          className="quiz-blank"
          aria-label={w.blank}
          placeholder={w.blank}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          value={answer.answer === 'words' ? answer.text : ''}
          onChange={(event) => onChange({ answer: 'words', text: event.target.value })}
        />
      );
  }
}
