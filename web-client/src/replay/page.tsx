/** `/replay/{lesson}?as={seat}`: loads the recording, or says why it cannot be watched. */
import { useEffect, useMemo } from 'react';
import { HomeLink } from '../account/home-link';
import { Note } from '../kit/note';
import { useText } from '../kit/text';
import { ToastProvider } from '../kit/toasts';
import { signInAgain } from '../routes';
import { ReplayScreen } from './screen';
import { useReplayText } from './text';
import { FINAL, useReplay } from './use-replay';
import './replay.css';
import './replay-panels.css';

export default function ReplayPage({ lesson, seat }: { lesson: string; seat: string | null }) {
  const { t } = useText();
  const r = useReplayText();
  const place = useMemo(() => ({ lesson, seat }), [lesson, seat]);
  const { replay, problem, reload } = useReplay(place);
  const title = replay?.course?.title ?? replay?.title;

  useEffect(() => {
    document.title = title ? `${title} · ${r.title}` : t.app;
  }, [title, r, t]);

  const home = <HomeLink seat={seat} />;
  if (problem === 'not_ready')
    return (
      <Note title={r.title} text={r.problem.not_ready}>
        {home}
      </Note>
    );
  if (problem) {
    const words = r.problem as Record<string, string>;
    // A visitor who never signed in is not signed out: the recording is not for everybody, or no longer.
    const said = problem === 'signed_out' && seat === null ? 'not_public' : problem;
    return (
      <Note title={r.problem.title} text={words[said] ?? r.problem.other}>
        {problem === 'signed_out' && (
          <a className="button primary large" href={signInAgain(new URL(location.href))}>
            {r.signIn}
          </a>
        )}
        {!FINAL.includes(problem) && (
          <button type="button" className="button primary large" onClick={reload}>
            {t.retry}
          </button>
        )}
        {home}
      </Note>
    );
  }
  if (!replay) return <Note title={r.title} text={r.loading} />;
  if (replay.duration_ms === 0 || replay.tracks.length === 0) {
    return (
      <Note title={replay.title} text={replay.live ? r.emptyLive : r.empty}>
        {home}
      </Note>
    );
  }
  return (
    <ToastProvider>
      <ReplayScreen key={replay.recording} place={place} replay={replay} reload={reload} />
    </ToastProvider>
  );
}
