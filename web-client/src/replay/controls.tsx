/** The controls below the picture: the time bar, and buttons as large as a thumb. */
import { formatElapsed } from '../i18n';
import { Icon, type IconName } from '../kit/icons';
import type { Progress, Stretch } from '../protocol';
import { seenOf } from './bar';
import { type Player, type PlayerView, RATES } from './player';
import { useReplayText } from './text';
import { TimeBar } from './time-bar';

const LEAP_MS = 10_000;

interface Props {
  player: Player;
  view: PlayerView;
  progress: Progress | null;
  /** The published part, for people who see all of it. */
  published: Stretch | null;
  cut: boolean;
  unheard: boolean;
  onSettings: () => void;
}

export function Controls({ player, view, progress, published, cut, unheard, onSettings }: Props) {
  const r = useReplayText();
  const { window, positionMs } = view;
  const ended = view.atEnd && !view.playing;
  const button = (icon: IconName, label: string, key: string, onClick: () => void) => (
    <button
      type="button"
      className="icon-button control"
      aria-label={label}
      title={`${label} (${key})`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <nav className="bar replay-bar" aria-label={r.controls.area}>
      <TimeBar view={view} covered={progress?.covered ?? []} published={published} player={player} />
      <div className="replay-buttons">
        {button('back10', r.controls.back, 'J', () => player.seek(player.position() - LEAP_MS))}
        <button
          type="button"
          className="icon-button control play"
          aria-label={ended ? r.controls.again : view.playing ? r.controls.pause : r.controls.play}
          onClick={() => player.toggle()}
        >
          <Icon name={ended ? 'replay' : view.playing ? 'pause' : 'play'} />
        </button>
        {button('forward10', r.controls.forward, 'L', () => player.seek(player.position() + LEAP_MS))}
        <span className="grow" />
        <select
          className="speed"
          aria-label={r.controls.speed}
          title={r.controls.speed}
          value={view.rate}
          onChange={(event) => player.setRate(Number(event.target.value))}
        >
          {RATES.map((rate) => (
            <option key={rate} value={rate}>
              {rate}×
            </option>
          ))}
        </select>
        {button(
          view.muted ? 'soundOff' : 'sound',
          view.muted ? r.controls.unmute : r.controls.mute,
          'M',
          () => player.set({ muted: !view.muted }),
        )}
        {button('settings', r.controls.more, '?', onSettings)}
      </div>
      <p className="seen hint">
        <span className="times">
          <b>{formatElapsed(positionMs - window.from_ms)}</b> / {formatElapsed(window.to_ms - window.from_ms)}
        </span>
        {progress && <Seen view={view} progress={progress} cut={cut} unheard={unheard} />}
      </p>
    </nav>
  );
}

function Seen({
  view,
  progress,
  cut,
  unheard,
}: Pick<Props, 'view' | 'cut' | 'unheard'> & { progress: Progress }) {
  const r = useReplayText();
  const seen = seenOf(progress, view.window, view.missing);
  return (
    <>
      <span>{r.progress.seen(seen.minutes, seen.percent)}</span>
      {(unheard || cut) && (
        <span className="level fair" role="status">
          {unheard ? r.progress.unheard : r.progress.cut}
        </span>
      )}
    </>
  );
}
