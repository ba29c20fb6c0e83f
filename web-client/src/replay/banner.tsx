/** One line above the picture: a trouble, or a stretch that was skipped. */
import { formatElapsed } from '../i18n';
import type { Replay } from '../protocol';
import type { PlayerView } from './player';
import { at } from './stretches';
import { missingText, useReplayText } from './text';

export function ReplayBanner({ replay, view }: { replay: Replay; view: PlayerView }) {
  const r = useReplayText();
  const text = bannerText(replay, view, r);
  return (
    <div className="banner-area" role="status">
      {text && <p className={view.trouble ? 'banner' : 'banner calm'}>{text}</p>}
    </div>
  );
}

function bannerText(replay: Replay, view: PlayerView, r: ReturnType<typeof useReplayText>): string | null {
  if (view.trouble) return r.trouble[view.trouble];
  if (view.skipped) {
    const { from_ms, to_ms } = view.skipped;
    return r.missing.skipped(missingText(view.skipped, r), formatElapsed(to_ms - from_ms));
  }
  const hole = at(view.missing, view.positionMs);
  if (hole) return r.missing.now(missingText(hole, r));
  return view.atEnd && replay.live ? r.caughtUp : null;
}
