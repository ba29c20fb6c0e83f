/** `/replay/{lesson}?as={seat}`: loads the recording, or says why it cannot be watched. */
import { useEffect, useMemo } from 'react';
import { Note } from '../pages/note';
import { HomeLink } from '../parts/home-link';
import { useText } from '../text';
import { ToastProvider } from '../toasts';
import { ReplayScreen } from './screen';
import { useReplayText } from './text';
import { useReplay } from './use-replay';
import '../styles/replay.css';
import '../styles/replay-panels.css';

/** Trying again cannot help. */
const FINAL = ['not_found', 'not_allowed', 'not_yet', 'cancelled', 'unpublished', 'signed_out', 'which_seat'];

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
    return (
      <Note title={r.problem.title} text={words[problem] ?? r.problem.other}>
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
