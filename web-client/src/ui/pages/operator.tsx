/** `/operator?as={seat}`: the wall of running classes, worst first, with the media workers below. */
import { useEffect, useRef, useState } from 'react';
import { as, rememberedAccount } from '../../account/where';
import { ApiProblem, me, operatorLoad } from '../../api';
import { formatTime } from '../../i18n';
import type { Load } from '../../protocol';
import { hoursOf, rememberSeat } from '../../seats';
import { worstFirst } from '../../wall';
import { RoomCard } from '../parts/room-card';
import { useCheckedLessons, WallChecks } from '../parts/wall-checks';
import { type EndedHere, WallEnded } from '../parts/wall-ended';
import { WorkerTable } from '../parts/worker-table';
import { LanguageSwitch, useText } from '../text';
import { Note } from './note';
import '../styles/operator.css';

const EVERY_MS = 2_000;

export default function OperatorPage({ seat }: { seat: string }) {
  const { t } = useText();
  const { load, stale, signedOut } = useLoad(seat);
  const checked = useCheckedLessons(seat);
  const [ended, setEnded] = useState<EndedHere[]>([]);

  useEffect(() => {
    me(seat).then(rememberSeat, () => {}); // The load request tells what is wrong.
  }, [seat]);

  if (signedOut) return <Note title={t.over.titleElse} text={t.operator.signedOut} />;
  if (!load) return <Note title={t.operator.title} text={stale ? t.operator.stale : t.loading} />;
  return (
    <main className="wall">
      <header className="wall-head">
        <h1>{t.operator.title}</h1>
        <span className="hint">{t.operator.updated(formatTime(load.at_ms, true))}</span>
        <span className="grow" />
        <a className="button quiet small" href={hoursOf(seat)}>
          {t.inClass.links.desk}
        </a>
        {rememberedAccount(localStorage) === seat && (
          <a className="button quiet small" href={as('/account', seat)}>
            {t.operator.account}
          </a>
        )}
        <LanguageSwitch />
      </header>
      <div role="status">{stale && <p className="banner">{t.operator.stale}</p>}</div>
      <div role="alert">
        {load.storage && <p className="banner bad">{t.operator.storage[load.storage]}</p>}
      </div>
      {load.rooms.length === 0 && <p className="empty">{t.operator.noRooms}</p>}
      <section className="rooms" aria-label={t.operator.rooms}>
        {worstFirst(load.rooms).map((room) => (
          <RoomCard
            key={room.lesson}
            room={room}
            seat={seat}
            checks={checked.find((one) => one.lesson === room.lesson)}
            onEnded={(one) => setEnded((all) => [...all.filter(({ lesson }) => lesson !== one.lesson), one])}
          />
        ))}
      </section>
      <WallEnded
        seat={seat}
        ended={ended}
        onGone={(lesson) => setEnded((all) => all.filter((one) => one.lesson !== lesson))}
      />
      <WallChecks seat={seat} lessons={checked} />
      <WorkerTable workers={load.workers} />
    </main>
  );
}

interface Watched {
  load: Load | null;
  /** The last request failed; the numbers are old. */
  stale: boolean;
  signedOut: boolean;
}

/** Asks every two seconds, one request at a time, and not while the tab is hidden. */
function useLoad(seat: string): Watched {
  const [watched, setWatched] = useState<Watched>({ load: null, stale: false, signedOut: false });
  const busy = useRef(false);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      if (busy.current || document.visibilityState === 'hidden') return;
      busy.current = true;
      try {
        const load = await operatorLoad(seat, abort.signal);
        setWatched({ load, stale: false, signedOut: false });
      } catch (error) {
        if (abort.signal.aborted) return;
        const signedOut = error instanceof ApiProblem && ['signed_out', 'not_allowed'].includes(error.code);
        setWatched((before) => ({ load: before.load, stale: true, signedOut }));
      } finally {
        busy.current = false;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [seat]);
  return watched;
}
