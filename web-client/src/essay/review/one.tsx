/** One essay before its reviewer: the text with its overlaps marked, and the form of the review. */
import { useCallback, useMemo, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatMoment } from '../../i18n/dates';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useLoaded } from '../../kit/use-loaded';
import type { EssayOverlap, EssayToReview } from '../../protocol';
import { essay, fileOf } from '../api';
import { Reviews } from '../reviews';
import { figure, useEssayText } from '../text';
import { Distinguish } from './distinguish';
import { ReviewForm } from './form';
import { layersOf, pieces } from './marked';

interface Props {
  id: number;
  seat: string;
  /** Called with a sentence when the essay is reviewed or passed on. */
  onDone: (words: string) => void;
  /** Called when the essay is marked as one of the best, or no longer. */
  onMark: () => void;
}

export function OneEssay({ id, seat, onDone, onMark }: Props) {
  const p = usePortalText();
  const load = useCallback((signal: AbortSignal) => essay(seat, id, signal), [seat, id]);
  const { value, problem, reload } = useLoaded(load);
  if (!value)
    return problem ? <Trouble problem={problem} onRetry={reload} /> : <p role="status">{p.loading}</p>;
  return <Shown of={value} seat={seat} onDone={onDone} onMark={onMark} />;
}

function Shown({ of, seat, onDone, onMark }: Omit<Props, 'id'> & { of: EssayToReview }) {
  const e = useEssayText();
  const { language } = useText();
  const w = e.review;
  const [only, setOnly] = useState<EssayOverlap | null>(null);
  const shown = useMemo(() => pieces(of.text, layersOf(of, only)), [of, only]);
  return (
    <>
      {of.question && (
        <Alert tone="calm">
          <b>{w.question}</b> <span className="written">{of.question}</span>
        </Alert>
      )}
      <Overlaps of={of} only={only} onOnly={setOnly} />
      <article className="panel" aria-label={w.text}>
        <p className="hint">
          {[
            e.kind[of.rule.kind],
            e.chars(figure(of.line.count)),
            formatMoment(of.line.handed_in_at_ms, language),
          ].join(' · ')}
          {of.file && (
            <>
              {' · '}
              <a href={fileOf(seat, of.line.id)}>{w.file(of.file)}</a>
            </>
          )}
        </p>
        <div className="written review-text">
          {shown.map(({ from, text, mark }) =>
            mark === null ? (
              <span key={from}>{text}</span>
            ) : (
              <mark key={from} className={mark}>
                {text}
              </mark>
            ),
          )}
        </div>
      </article>
      {of.line.state === 'accepted' ? (
        <Distinguish line={of.line} seat={seat} onMark={onMark} />
      ) : of.may_review && of.line.state === 'submitted' ? (
        <ReviewForm of={of} seat={seat} onDone={onDone} />
      ) : (
        <Alert tone="calm">{w.readOnly}</Alert>
      )}
      <Reviews reviews={of.reviews} />
    </>
  );
}

interface OverlapsProps {
  of: EssayToReview;
  only: EssayOverlap | null;
  onOnly: (only: EssayOverlap | null) => void;
}

/** The overlaps; never a verdict: the likeness is shown, and the reviewer judges. */
function Overlaps({ of: { repeated, shared }, only, onOnly }: OverlapsProps) {
  const { review: w } = useEssayText();
  const all = [...shared, repeated].filter(({ passages }) => passages.length > 0);
  if (all.length === 0) return <p className="hint">{w.noSimilar}</p>;
  return (
    <section className="panel" aria-label={w.similar}>
      <h2>{w.similar}</h2>
      <ul className="row wrap">
        {all.length > 1 && (
          <li>
            <button
              type="button"
              className="button small"
              aria-pressed={only === null}
              onClick={() => onOnly(null)}
            >
              {w.showAll}
            </button>
          </li>
        )}
        {all.map((one) => (
          <li key={one.essay ?? 0}>
            <button
              type="button"
              className="button small"
              aria-pressed={only === one || (only === null && all.length === 1)}
              onClick={() => onOnly(one)}
            >
              <i className={one.essay === null ? 'swatch repeated' : 'swatch shared'} />
              {one.essay === null ? w.repeated(one.percent) : w.shared(one.essay, one.percent)}
              <small>{w.passages(one.passages.length)}</small>
              {one.is_flagged && <span className="mark fair">{w.flagged}</span>}
            </button>
          </li>
        ))}
      </ul>
      <p className="hint">{w.similarHint}</p>
    </section>
  );
}
