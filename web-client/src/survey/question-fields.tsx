/** The fields of one question as the office writes it. */
import { SelectField, TextAreaField, TextField } from '../kit/field';
import type { DraftQuestion } from './form';
import { useSurveyText } from './text';

interface Props {
  number: number;
  question: DraftQuestion;
  wrong: (field: string) => string | null;
  onChange: (part: Partial<DraftQuestion>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

export function QuestionFields({ number, question, wrong, onChange, onMove, onRemove }: Props) {
  const { office: w } = useSurveyText();
  return (
    <fieldset className="survey-fields">
      <legend>{w.question(number)}</legend>
      <div className="form-row">
        <TextField
          label={w.questionField}
          value={question.text}
          wrong={wrong('text')}
          onChange={(text) => onChange({ text })}
        />
        <SelectField
          label={w.kind}
          value={question.kind}
          onChange={(kind) => onChange({ kind: kind as DraftQuestion['kind'] })}
        >
          {Object.entries(w.kinds).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <KindFields question={question} wrong={wrong} onChange={onChange} />
      <div className="row wrap">
        <Tick label={w.needed} value={question.needed} onChange={(needed) => onChange({ needed })} />
        <span className="grow" />
        <button type="button" className="button small quiet" onClick={() => onMove(-1)}>
          {w.up}
        </button>
        <button type="button" className="button small quiet" onClick={() => onMove(1)}>
          {w.down}
        </button>
        <button type="button" className="button small quiet danger-text" onClick={onRemove}>
          {w.remove}
        </button>
      </div>
    </fieldset>
  );
}

function KindFields({ question, wrong, onChange }: Pick<Props, 'question' | 'wrong' | 'onChange'>) {
  const { office: w } = useSurveyText();
  switch (question.kind) {
    case 'scale':
      return (
        <div className="form-row three">
          <TextField
            label={w.points}
            inputMode="numeric"
            value={question.points}
            wrong={wrong('points')}
            onChange={(points) => onChange({ points })}
          />
          <TextField
            label={w.low}
            value={question.low}
            wrong={wrong('ends')}
            onChange={(low) => onChange({ low })}
          />
          <TextField label={w.high} value={question.high} onChange={(high) => onChange({ high })} />
        </div>
      );
    case 'choice': {
      const lines = question.options.split('\n').filter((line) => line.trim() !== '');
      const bad = lines.map((_, place) => wrong(`options.${place}`)).find((why) => why !== null);
      return (
        <>
          <TextAreaField
            label={w.options}
            rows={4}
            value={question.options}
            wrong={wrong('options') ?? bad ?? null}
            onChange={(options) => onChange({ options })}
          />
          <Tick label={w.several} value={question.several} onChange={(several) => onChange({ several })} />
        </>
      );
    }
    case 'text':
      return null;
  }
}

interface TickProps {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}

function Tick({ label, value, onChange }: TickProps) {
  return (
    <label className="switch">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
