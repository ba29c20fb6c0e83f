/** The result of a poll: a bar for each option. */
import { Icon } from '../../kit/icons';
import { useClassText } from '../text';
import { areShort, type Bar } from './polls';

export function PollBars({ bars }: { bars: readonly Bar[] }) {
  const short = areShort(bars.map((bar) => bar.label));
  const { t } = useClassText();
  const words = t.polls;
  return (
    <ul className={short ? 'poll-bars short' : 'poll-bars'}>
      {bars.map((bar, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options have no other name, and two may be alike
        <li key={place} className={bar.right ? 'poll-bar right' : 'poll-bar'}>
          <span className="poll-bar-label">
            {bar.letter && <b className="poll-letter">{bar.letter}</b>}
            <span>
              {bar.label}{' '}
              {bar.right && (
                <span className="mark good">
                  <Icon name="check" />
                  {words.right}
                </span>
              )}{' '}
              {bar.mine && <span className="mark">{words.yours}</span>}
            </span>
          </span>
          <span className="poll-bar-count">{words.count(bar.count, bar.percent)}</span>
          <progress max={100} value={bar.percent} aria-hidden="true" />
        </li>
      ))}
    </ul>
  );
}
