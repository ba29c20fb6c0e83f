/** The trainee's own counted minutes: a quiet pill, and a sheet with the time that did not count and the reason. */
import { formatTime } from '../../i18n';
import { Sheet } from '../../kit/sheet';
import type { HoursRules, Minutes, UncountedGap } from '../../protocol';
import { useClassText } from '../text';
import { wholeMinutes } from './live-sheet';

/** The seconds that may be missing without a word: news come late. */
const QUIET_S = 60;

export function MinutesPill({ minutes, onOpen }: { minutes: Minutes | null; onOpen: () => void }) {
  const { t } = useClassText();
  if (!minutes) return null;
  const words = t.inClass.minutes;
  const counted = wholeMinutes(minutes.counted_s);
  const taught = wholeMinutes(minutes.taught_s);
  const all = minutes.taught_s - minutes.counted_s <= QUIET_S;
  // Where nothing was taught, nothing can be counted, which is no good news.
  const tone = minutes.taught_s === 0 ? 'quiet' : all ? 'good' : 'fair';
  // The spoken text begins with the visible one, so that the pill can be called by voice.
  const label = `${words.pill(counted, taught)}: ${words.label(counted, taught)}`;
  return (
    <button
      type="button"
      className={`pill minutes ${tone}`}
      aria-label={label}
      title={words.label(counted, taught)}
      onClick={onOpen}
    >
      <span className="dot" aria-hidden="true" />
      <span>{words.pill(counted, taught)}</span>
    </button>
  );
}

interface SheetProps {
  minutes: Minutes;
  rules: HoursRules | null;
  onClose: () => void;
}

export function MinutesSheet({ minutes, rules, onClose }: SheetProps) {
  const { t } = useClassText();
  const { minutes: words, span } = t.inClass;
  return (
    <Sheet title={words.title} onClose={onClose}>
      <dl className="figures">
        <div>
          <dt>{words.counted}</dt>
          <dd>{span(minutes.counted_s)}</dd>
        </div>
        <div>
          <dt>{words.taught}</dt>
          <dd>{span(minutes.taught_s)}</dd>
        </div>
      </dl>
      {rules && <Goal counted={minutes.counted_s} rules={rules} />}
      {minutes.gaps.length === 0 ? (
        <p>{minutes.taught_s === 0 ? words.nothing : words.noGaps}</p>
      ) : (
        <section className="column">
          <h3>{words.gaps}</h3>
          <p>{words.makeUp}</p>
          <ul className="gaps">
            {minutes.gaps.map((gap) => (
              <Gap key={`${gap.from_ms} ${gap.why}`} gap={gap} />
            ))}
          </ul>
        </section>
      )}
      <p className="hint">{words.asOf(formatTime(minutes.as_of_ms, true))}</p>
    </Sheet>
  );
}

/** The distance to the full credit, and the share below which there is none. */
function Goal({ counted, rules }: { counted: number; rules: HoursRules }) {
  const { t } = useClassText();
  const { minutes: words, span } = t.inClass;
  const missing = rules.full_from_s - counted;
  return (
    <div className="column">
      <progress className="goal" max={rules.full_from_s} value={counted} aria-label={words.goal} />
      <p>
        {words.full(span(rules.full_from_s))}{' '}
        <b>{missing > 0 ? words.toFull(span(missing)) : words.reached}</b>
      </p>
      {counted < rules.least_s && <p className="hint">{words.least(span(rules.least_s))}</p>}
    </div>
  );
}

/** The length below which a span is told to the second: in minutes, its start and end would read the same. */
const SHORT_MS = 120_000;

function Gap({ gap }: { gap: UncountedGap }) {
  const { t } = useClassText();
  const { minutes: words, span } = t.inClass;
  const short = gap.to_ms - gap.from_ms < SHORT_MS;
  return (
    <li>
      <b>
        {formatTime(gap.from_ms, short)}–{formatTime(gap.to_ms, short)}
      </b>
      <span>{span((gap.to_ms - gap.from_ms) / 1000)}</span>
      <small>{words.why[gap.why]}</small>
    </li>
  );
}
