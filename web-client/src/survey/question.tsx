/** One question and its answer. */
import { useId } from 'react';
import type { SurveyAnswer, SurveyAsk, SurveyQuestion } from '../protocol';
import { type Fault, NOTHING, pressed } from './answers';
import { useSurveyText } from './text';

interface Props {
  number: number;
  question: SurveyQuestion;
  answer: SurveyAnswer;
  /** The mistake, told after the first attempt to hand in. */
  fault: Fault | null;
  onChange: (answer: SurveyAnswer) => void;
}

export function Question({ number, question, answer, fault, onChange }: Props) {
  const w = useSurveyText();
  const { ask } = question;
  const marks = [
    ask.ask === 'choice' && (ask.several ? w.someOf : w.oneOf),
    question.needed && w.needed,
  ].filter(Boolean);
  return (
    <fieldset className={fault ? 'panel survey-question wrong' : 'panel survey-question'}>
      <legend>
        {number}. {question.text} {marks.length > 0 && <small>{marks.join(' · ')}</small>}
      </legend>
      <Answer ask={ask} label={question.text} answer={answer} onChange={onChange} />
      {fault && (
        <p className="field-problem" role="alert">
          {fault.fault === 'missing' ? w.missing : w.tooLong(fault.by)}
        </p>
      )}
      {!question.needed && ask.ask !== 'text' && answer.answer !== 'nothing' && (
        <button type="button" className="button small quiet" onClick={() => onChange(NOTHING)}>
          {w.clear}
        </button>
      )}
    </fieldset>
  );
}

interface AnswerProps {
  ask: SurveyAsk;
  label: string;
  answer: SurveyAnswer;
  onChange: (answer: SurveyAnswer) => void;
}

function Answer({ ask, label, answer, onChange }: AnswerProps) {
  const name = useId();
  switch (ask.ask) {
    case 'scale':
      return (
        <div className="survey-scale">
          <span className="hint">{ask.low}</span>
          <span className="survey-points">
            {Array.from({ length: ask.points }, (_, at) => at + 1).map((points) => (
              <label key={points}>
                <input
                  type="radio"
                  name={name}
                  checked={answer.answer === 'points' && answer.points === points}
                  onChange={() => onChange({ answer: 'points', points })}
                />
                {points}
              </label>
            ))}
          </span>
          <span className="hint">{ask.high}</span>
        </div>
      );
    case 'choice':
      return (
        <div className="survey-options">
          {ask.options.map((option, place) => (
            <label key={option}>
              <input
                type={ask.several ? 'checkbox' : 'radio'}
                name={name}
                checked={answer.answer === 'chosen' && answer.options.includes(place)}
                onChange={() => onChange(pressed(answer, place, ask.several))}
              />
              {option}
            </label>
          ))}
        </div>
      );
    case 'text':
      return (
        <textarea
          aria-label={label}
          rows={4}
          value={answer.answer === 'words' ? answer.text : ''}
          onChange={(event) => onChange({ answer: 'words', text: event.target.value })}
        />
      );
  }
}
