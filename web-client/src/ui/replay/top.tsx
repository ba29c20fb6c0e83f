/** Title of the lesson, and the ways to the running class or to a file. */
import type { Replay } from '../../protocol';
import type { Place } from '../../replay/api';
import type { Player, PlayerView } from '../../replay/player';
import { hoursOf, pageOf } from '../../seats';
import { HomeLink } from '../parts/home-link';
import { LanguageSwitch, useText } from '../text';
import { Download } from './download';
import { useReplayText } from './text';

/** Nearer to the class than this there is nothing to catch up. */
const CAUGHT_UP_MS = 20_000;
const CATCH_UP_RATE = 1.5;

interface Props {
  place: Place;
  replay: Replay;
  player: Player;
  view: PlayerView;
}

export function ReplayTop({ place, replay, player, view }: Props) {
  const { t } = useText();
  const r = useReplayText();
  const behind = replay.duration_ms - view.positionMs > CAUGHT_UP_MS;
  return (
    <header className="top">
      <HomeLink seat={place.seat} sign />
      <h1>{replay.course?.title ?? replay.title}</h1>
      {replay.live ? (
        <>
          <span className="class-info live">
            <span className="class-state">{r.live}</span>
          </span>
          {behind && view.rate < CATCH_UP_RATE && (
            <button
              type="button"
              className="button quiet small"
              onClick={() => {
                player.setRate(CATCH_UP_RATE);
                player.play();
              }}
            >
              {r.catchUp}
            </button>
          )}
          {place.seat !== null && (
            <a
              className="button small to-live"
              href={pageOf({ seat: place.seat, role: 'trainee', lesson: place.lesson })}
            >
              {r.backToLive}
            </a>
          )}
        </>
      ) : (
        place.seat !== null && <Download place={place} />
      )}
      <span className="grow" />
      {place.seat !== null && (replay.progress || replay.may_edit) && (
        <a className="button quiet small" href={hoursOf(place.seat, replay.progress ? null : place.lesson)}>
          {replay.progress ? t.inClass.links.mine : t.inClass.links.lesson}
        </a>
      )}
      <LanguageSwitch />
    </header>
  );
}
