/** `/operator?as={seat}`: the wall of running classes, worst first, with the media workers below. */
import { useEffect, useRef, useState } from 'react';
import { rememberSeat } from '../account/seats';
import { rememberedAccount } from '../account/where';
import { ApiProblem, me } from '../api';
import { useClassText } from '../class/text';
import { formatTime } from '../i18n';
import { Note } from '../kit/note';
import { LanguageSwitch } from '../kit/text';
import type { Load } from '../protocol';
import { accountPage, hoursPage } from '../routes';
import { operatorLoad, operatorLoadFile } from './api';
import { RoomCard } from './room-card';
import { useOperatorText } from './text';
import { worstFirst } from './wall';
import { useCheckedLessons, WallChecks } from './wall-checks';
import { type EndedHere, WallEnded } from './wall-ended';
import { WorkerTable } from './worker-table';
import './operator.css';

const EVERY_MS = 2_000;

export default function OperatorPage({ seat }: { seat: string }) {
  const { t } = useClassText();
  const words = useOperatorText();
  const { load, stale, signedOut } = useLoad(seat);
  const checked = useCheckedLessons(seat);
  const [ended, setEnded] = useState<EndedHere[]>([]);

  useEffect(() => {
    me(seat).then(rememberSeat, () => {}); // The load request tells what is wrong.
  }, [seat]);

  if (signedOut) return <Note title={t.over.titleElse} text={words.signedOut} />;
  if (!load) return <Note title={words.title} text={stale ? words.stale : t.loading} />;
  return (
    <main className="wall">
      <header className="wall-head">
        <h1>{words.title}</h1>
        <span className="hint">{words.updated(formatTime(load.at_ms, true))}</span>
        <span className="grow" />
        <a className="button quiet small" href={hoursPage(seat)}>
          {t.inClass.links.desk}
        </a>
        {rememberedAccount(localStorage) === seat && (
          <a className="button quiet small" href={accountPage(seat)}>
            {words.account}
          </a>
        )}
        <a className="button quiet small" href={operatorLoadFile(seat)} download>
          {words.file}
        </a>
        <LanguageSwitch />
      </header>
      <div role="status">{stale && <p className="banner">{words.stale}</p>}</div>
      <div role="alert">{load.storage && <p className="banner bad">{words.storage[load.storage]}</p>}</div>
      {load.rooms.length === 0 && <p className="empty">{words.noRooms}</p>}
      <section className="rooms" aria-label={words.rooms}>
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
  /** Whether the last request failed, so that the numbers are old. */
  stale: boolean;
  signedOut: boolean;
}

/** Requests the load every two seconds, one request at a time, and not while the tab is hidden. */
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
