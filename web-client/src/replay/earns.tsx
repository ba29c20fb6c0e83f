/** The credit for watching all of it, the last day, and the word that it is done. */
import { enteredHours } from '../home/studies';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { Icon } from '../kit/icons';
import { useText } from '../kit/text';
import type { Progress, Replay } from '../protocol';
import { useReplayText } from './text';

export function EarnsLine({ replay, progress }: { replay: Replay; progress: Progress | null }) {
  const { language } = useText();
  const { earns: words } = useReplayText();
  const { earns } = replay;
  if (!progress) return null;
  if (progress.completed !== null) {
    return (
      <p className="earns done" role="status">
        <Icon name="check" />
        {words.done(enteredHours(progress.completed))}
      </p>
    );
  }
  if (!earns) return null;
  const until = earns.until_ms;
  if (until !== null && until <= Date.now()) return <p className="earns">{words.late}</p>;
  return (
    <p className="earns">
      {words.whole(hoursFigure(earns.credit_ch))}
      {until !== null && ` ${words.until(`${formatDay(until - 1, language)} ${timeOf(until)}`)}`}
    </p>
  );
}

function timeOf(ms: number): string {
  const time = formatTime(ms);
  return time === '00:00' ? '24:00' : time;
}
