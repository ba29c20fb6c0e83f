/** The title of the lesson, and the ways to the running class or to a file. */
import { HomeLink } from '../account/home-link';
import { pageOf } from '../account/seats';
import { useClassText } from '../class/text';
import { LanguageSwitch } from '../kit/text';
import type { Replay } from '../protocol';
import { hoursPage } from '../routes';
import type { Place } from './api';
import { Download } from './download';
import type { Player, PlayerView } from './player';
import { useReplayText } from './text';

/** The distance to the class below which there is nothing to catch up. */
const CAUGHT_UP_MS = 20_000;
const CATCH_UP_RATE = 1.5;

interface Props {
  place: Place;
  replay: Replay;
  player: Player;
  view: PlayerView;
}

export function ReplayTop({ place, replay, player, view }: Props) {
  const { t } = useClassText();
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
        place.seat !== null && replay.may_edit && <Download place={place} />
      )}
      <span className="grow" />
      {place.seat !== null && (replay.progress || replay.may_edit) && (
        <a className="button quiet small" href={hoursPage(place.seat, replay.progress ? null : place.lesson)}>
          {replay.progress ? t.inClass.links.mine : t.inClass.links.lesson}
        </a>
      )}
      <LanguageSwitch />
    </header>
  );
}
