/** One lesson in the own account: what it gave, why, and the way to an appeal. */
import { reasonText } from '../../hours/reasons';
import { formatDay } from '../../i18n/dates';
import { hoursFigure, signedFigure } from '../../i18n/figures';
import type { Appeal, HoursLine, MyLesson, Reason } from '../../protocol';
import { replayOf } from '../../seats';
import { Icon } from '../icons';
import { useText } from '../text';
import { AppealArea } from './appeal';
import { useHoursText } from './text';

interface Props {
  lesson: MyLesson;
  /** Own ones, about this lesson. */
  appeals: Appeal[];
  seat: string;
  /** Shows the reasons at once. */
  open: boolean;
  /** Title of another lesson that a reason names. */
  titleOf: (lesson: string) => string | undefined;
  onChange: () => void;
}

export function LessonCard({ lesson, appeals, seat, open, titleOf, onChange }: Props) {
  const { t, language } = useText();
  const h = useHoursText();
  const { line } = lesson;
  const missing =
    lesson.completed_at_ms === null &&
    line.with_replay_s < lesson.taught_s &&
    line.balance_ch < lesson.effective_ch;
  return (
    <article className="hours-card" aria-label={lesson.title}>
      <header className="lesson-head">
        <div>
          <h3>{lesson.title}</h3>
          <p className="hint">{formatDay(lesson.planned_start_ms, language)}</p>
        </div>
        <span className={`mark ${lesson.stage}`}>{h.stage[lesson.stage]}</span>
      </header>
      <p className="earned">
        {h.lesson.earned(hoursFigure(line.balance_ch), hoursFigure(lesson.effective_ch))}
        {line.adjusted_ch !== 0 && <small>{h.lesson.adjusted(signedFigure(line.adjusted_ch))}</small>}
      </p>
      {lesson.completed_at_ms === null ? (
        <>
          <Times line={line} taughtS={lesson.taught_s} />
          <details className="why" open={open}>
            <summary>{h.lesson.why}</summary>
            <Reasons reasons={line.reasons} titleOf={titleOf} />
          </details>
        </>
      ) : (
        <p className="hint">{h.lesson.completed(formatDay(lesson.completed_at_ms, language))}</p>
      )}
      {missing && (
        <p className="row wrap">
          <span>{h.lesson.makeUp}</span>
          <a className="button small" href={replayOf(lesson.lesson, seat)}>
            <Icon name="replay" />
            {t.over.replay}
          </a>
        </p>
      )}
      <AppealArea lesson={lesson} appeals={appeals} seat={seat} onChange={onChange} />
    </article>
  );
}

/** The seconds behind a result. */
function Times({ line, taughtS }: { line: HoursLine; taughtS: number }) {
  const { t } = useText();
  const h = useHoursText();
  const { span } = t.inClass;
  const figures: [string, string][] = [
    [h.lesson.taught, span(taughtS)],
    [h.lesson.present, span(line.present_s)],
    [h.lesson.counted, span(line.counted_s)],
  ];
  if (line.with_replay_s !== line.counted_s) figures.push([h.lesson.withReplay, span(line.with_replay_s)]);
  if (line.asked > 0) figures.push([h.lesson.checks, `${line.answered}/${line.asked}`]);
  if (line.void_blocks.length > 0) figures.push([h.table.voidBlocks, line.void_blocks.join(', ')]);
  return (
    <dl className="figures" aria-label={h.lesson.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ReasonsProps {
  reasons: readonly Reason[];
  titleOf?: Props['titleOf'];
}

export function Reasons({ reasons, titleOf }: ReasonsProps) {
  const { t } = useText();
  const h = useHoursText();
  const sentences = reasons.map((reason) => reasonText(reason, h, t, titleOf));
  return (
    <ul className="reasons">
      {sentences.map((sentence, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one reasoning; the same sentence may come twice
        <li key={index}>{sentence}</li>
      ))}
    </ul>
  );
}
