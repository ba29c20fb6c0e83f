/** `/open/essays?page=…`: the best essays, for everybody; `page` says how far the list goes. */
import { useState } from 'react';
import { Trouble } from '../account/signed-in';
import { at, here } from '../base/path';
import { figure } from '../essay/text';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert, Portal } from '../kit/shell';
import { withParams } from '../kit/use-address';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { OpenEssay, OpenEssays } from '../protocol';
import { FRONT, openEssayPage, openPage } from '../routes';
import { bestEssays } from './api';
import { joined, lastPageOf, placesOf, titleOf } from './more';
import { useOpenText } from './text';
import './open.css';

export default function OpenEssaysPage({ seat }: { seat: string | null }) {
  const o = useOpenText();
  const { value, problem, reload } = useLoaded(shownBefore);
  return (
    <Portal title={o.essays.title}>
      <main className="portal-main open-essays">
        <header className="column">
          <div className="open-title">
            <h1>{o.essays.title}</h1>
            <a className="button" href={openPage(seat)}>
              {o.essays.toCourses}
            </a>
          </div>
          <p className="hint">{o.essays.intro}</p>
        </header>
        {problem && <Trouble problem={problem} onRetry={reload} />}
        {!value && !problem && <p role="status">{o.loading}</p>}
        {value && <List first={value} seat={seat} />}
        {seat === null && (
          <a className="button quiet" href={FRONT}>
            {o.toStart}
          </a>
        )}
      </main>
    </Portal>
  );
}

/** All that the address says was shown before: the way back from an essay leads to its place in the list. */
async function shownBefore(signal: AbortSignal): Promise<OpenEssays> {
  const last = lastPageOf(here().searchParams);
  let shown = await bestEssays(0, signal);
  for (let page = 1; page <= last && shown.next !== null; page += 1) {
    shown = joined(shown, await bestEssays(shown.next, signal));
  }
  return shown;
}

function List({ first, seat }: { first: OpenEssays; seat: string | null }) {
  const { essays: w } = useOpenText();
  const p = usePortalText();
  const { busy, refusal, send } = useSending();
  const [shown, setShown] = useState(first);
  const { essays, total, next } = shown;
  const more = (page: number) =>
    send(async () => {
      setShown(joined(shown, await bestEssays(page)));
      const { pathname, search } = withParams(here(), { page: String(page) });
      history.replaceState(null, '', at(pathname) + search);
    });
  if (essays.length === 0) return <p className="panel">{w.nothing}</p>;
  return (
    <>
      <p className="hint" role="status">
        {next === null ? w.count(total) : w.shown(essays.length, total)}
      </p>
      <ul className="column">
        {essays.map((essay) => (
          <Card key={essay.id} essay={essay} seat={seat} />
        ))}
      </ul>
      {refusal && <Alert>{problemSentence(refusal, p)}</Alert>}
      {next !== null && (
        <button type="button" className="button" disabled={busy} onClick={() => void more(next)}>
          {w.more}
        </button>
      )}
    </>
  );
}

function Card({ essay, seat }: { essay: OpenEssay; seat: string | null }) {
  const { essays: w } = useOpenText();
  const title = titleOf(essay, w.kind);
  return (
    <li className="panel open-essay">
      <h2>{title}</h2>
      <p className="hint">{[...placesOf(essay), w.chars(figure(essay.count))].join(' · ')}</p>
      <p className="open-about">{essay.begins}</p>
      <a className="button" href={openEssayPage(essay.id, seat)} aria-label={w.readOf(title)}>
        {w.read}
      </a>
    </li>
  );
}
