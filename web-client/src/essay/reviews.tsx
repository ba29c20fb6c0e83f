/** The reviews, the last one first. */
import { formatMoment } from '../i18n/dates';
import { useText } from '../kit/text';
import type { EssayMarks, EssayReview } from '../protocol';
import { useEssayText } from './text';

export function Reviews({ reviews }: { reviews: readonly EssayReview[] }) {
  const { language } = useText();
  const { review: w, write } = useEssayText();
  return reviews.map((one) => (
    <section key={one.at_ms} className="panel">
      <div className="panel-head">
        <h2>{write.by(formatMoment(one.at_ms, language))}</h2>
        <span className={one.verdict === 'accept' ? 'mark good' : 'mark fair'}>
          {w.verdictOf[one.verdict]}
        </span>
      </div>
      <Marks marks={one.marks} />
      {one.words && <p className="written">{one.words}</p>}
    </section>
  ));
}

export const CRITERIA = [
  'theme',
  'order',
  'structure',
  'logic',
] as const satisfies readonly (keyof EssayMarks)[];

function Marks({ marks }: { marks: EssayMarks }) {
  const e = useEssayText();
  return (
    <dl className="figures essay-marks">
      {CRITERIA.map((one) => (
        <div key={one}>
          <dt>{e.marks[one]}</dt>
          <dd>
            {marks[one]} <small>/ 5</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
