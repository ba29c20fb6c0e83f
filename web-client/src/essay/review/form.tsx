/** The review: marks for four criteria, words, and one of two decisions; or passing the essay on to somebody else. */
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../kit/dialog';
import { TextAreaField } from '../../kit/field';
import { Form } from '../../kit/form';
import { FormEnd } from '../../kit/form-end';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import { ESSAY_REVIEW_CHARS_MAX } from '../../limits';
import type { EssayMarks, EssayToReview, EssayVerdict } from '../../protocol';
import { review, secondOpinion } from '../api';
import { CRITERIA } from '../reviews';
import { useEssayProblem, useEssayText } from '../text';

interface Props {
  of: EssayToReview;
  seat: string;
  onDone: (words: string) => void;
}

const POINTS = [1, 2, 3, 4, 5];

/** All four marks, or null while one is missing. */
function whole(marks: Partial<EssayMarks>): EssayMarks | null {
  return CRITERIA.every((one) => marks[one] !== undefined) ? (marks as EssayMarks) : null;
}

export function ReviewForm({ of, seat, onDone }: Props) {
  const { review: w } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send, clear } = useSending();
  const [marks, setMarks] = useState<Partial<EssayMarks>>({});
  const [words, setWords] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const decide = (verdict: EssayVerdict) => {
    const given = whole(marks);
    const lacks =
      given === null ? w.missingMarks : verdict === 'return' && words.trim() === '' ? w.missingWords : null;
    setMissing(lacks);
    clear();
    if (given === null || lacks !== null) return;
    const body = { version: of.version, verdict, marks: given, words: words.trim() };
    void send(async () => {
      await review(seat, of.line.id, body);
      onDone(w.saved(of.line.id));
    });
  };
  return (
    <Form className="form panel" draft={[marks, words]} onSubmit={(event) => event.preventDefault()}>
      <h2>{w.verdict}</h2>
      <div className="review-marks">
        {CRITERIA.map((one) => (
          <Criterion
            key={one}
            name={one}
            value={marks[one]}
            onChoose={(mark) => {
              setMarks((was) => ({ ...was, [one]: mark }));
              setMissing(null);
            }}
          />
        ))}
      </div>
      <TextAreaField
        label={w.words}
        hint={w.wordsHint}
        rows={4}
        value={words}
        wrong={words.length > ESSAY_REVIEW_CHARS_MAX ? sentence('review_too_long') : null}
        onChange={setWords}
      />
      {missing && <Alert tone="fair">{missing}</Alert>}
      {refusal && <Alert>{sentence(refusal)}</Alert>}
      <div className="row wrap end">
        <SecondOpinion of={of} seat={seat} onDone={onDone} />
        <span className="grow" />
        <button type="button" className="button" disabled={busy} onClick={() => decide('return')}>
          {w.return}
        </button>
        <button type="button" className="button primary" disabled={busy} onClick={() => decide('accept')}>
          {w.accept}
        </button>
      </div>
    </Form>
  );
}

interface CriterionProps {
  name: keyof EssayMarks;
  value: number | undefined;
  onChoose: (mark: number) => void;
}

function Criterion({ name, value, onChoose }: CriterionProps) {
  const e = useEssayText();
  return (
    <fieldset className="review-criterion">
      <legend>{e.marks[name]}</legend>
      {POINTS.map((mark) => (
        <label key={mark} className={value === mark ? 'chosen' : undefined}>
          <input
            type="radio"
            className="unseen"
            name={name}
            value={mark}
            checked={value === mark}
            aria-label={e.markOf(mark)}
            onChange={() => onChoose(mark)}
          />
          {mark}
        </label>
      ))}
    </fieldset>
  );
}

function SecondOpinion({ of, seat, onDone }: Props) {
  const { review: w } = useEssayText();
  const sentence = useEssayProblem();
  const sending = useSending();
  const [open, setOpen] = useState(false);
  const [question, setQuestion] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const passed = () => secondOpinion(seat, of.line.id, of.version, question);
    if (await sending.send(passed)) onDone(w.passedOn(of.line.id));
  };
  return (
    <>
      <button type="button" className="button quiet" onClick={() => setOpen(true)}>
        {w.secondAsk}
      </button>
      {open && (
        <Dialog title={w.secondTitle} onClose={() => setOpen(false)}>
          <p>{w.secondHint}</p>
          <Form draft={question} onSubmit={submit}>
            <TextAreaField label={w.secondQuestion} value={question} onChange={setQuestion} />
            <FormEnd
              sending={sending}
              ready={question.trim() !== ''}
              sentence={sentence}
              save={w.secondYes}
              onBack={() => setOpen(false)}
            />
          </Form>
        </Dialog>
      )}
    </>
  );
}
