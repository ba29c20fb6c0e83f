/** One lesson of an account: its credit and the reasons; for whose it is, the ways to make it up and to an appeal. */
import { useClassText } from '../class/text';
import { formatDay } from '../i18n/dates';
import { hoursFigure, signedFigure } from '../i18n/figures';
import { Icon } from '../kit/icons';
import type { Appeal, HoursLine, MyLesson, Reason } from '../protocol';
import { replayPage } from '../routes';
import { AppealArea } from './appeal';
import { reasonText } from './reasons';
import { useHoursText } from './text';

interface Own {
  /** The own appeals about this lesson. */
  appeals: Appeal[];
  seat: string;
  onChange: () => void;
}

interface Props {
  lesson: MyLesson;
  /** null: somebody else's, which is only read. */
  own: Own | null;
  /** Whether the reasons are shown at once. */
  open: boolean;
  /** The title of another lesson that a reason names. */
  titleOf: (lesson: string) => string | undefined;
}

export function LessonCard({ lesson, own, open, titleOf }: Props) {
  const { t, language } = useClassText();
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
      {own && missing && (
        <p className="row wrap">
          <span>{h.lesson.makeUp}</span>
          <a className="button small" href={replayPage(lesson.lesson, own.seat)}>
            <Icon name="replay" />
            {t.over.replay}
          </a>
        </p>
      )}
      {own && <AppealArea lesson={lesson} {...own} />}
    </article>
  );
}

/** The seconds behind a result. */
function Times({ line, taughtS }: { line: HoursLine; taughtS: number }) {
  const { t } = useClassText();
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
  const { t } = useClassText();
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
