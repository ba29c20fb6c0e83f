/** One MP4 on demand: requested, watched while it is made, saved by the browser. */
import { useCallback, useEffect, useState } from 'react';
import { formatBytes } from '../i18n';
import { Icon } from '../kit/icons';
import type { DownloadState } from '../protocol';
import { downloadState, type Place, startDownload } from './api';
import { useReplayText } from './text';

const EVERY_MS = 2_000;

export function Download({ place }: { place: Place }) {
  const r = useReplayText();
  const { state, start } = useDownload(place);
  if (!state) return null; // Not known yet.
  switch (state.state) {
    case 'none':
      return (
        <button type="button" className="button small" onClick={start}>
          <Icon name="download" />
          {r.download.make}
        </button>
      );
    case 'queued':
    case 'running': {
      const percent = state.state === 'running' ? Math.floor(state.permille / 10) : 0;
      const text = state.state === 'queued' ? r.download.queued : r.download.running(percent);
      return (
        <span className="download-state" role="status">
          <progress max={100} value={percent} aria-label={text} />
          {text}
        </span>
      );
    }
    case 'ready':
      return (
        <a className="button small" href={state.path} download>
          <Icon name="download" />
          {r.download.ready(formatBytes(state.bytes))}
        </a>
      );
    case 'failed': {
      const words = r.download.failed as Record<string, string>;
      return (
        <span className="download-state">
          <span role="alert">{words[state.code] ?? r.download.failed.failed}</span>
          <button type="button" className="button small" onClick={start}>
            <Icon name="download" />
            {r.download.make}
          </button>
        </span>
      );
    }
  }
}

function useDownload(place: Place): { state: DownloadState | null; start: () => void } {
  const [state, setState] = useState<DownloadState | null>(null);
  const pending = state?.state === 'queued' || state?.state === 'running';

  useEffect(() => {
    const abort = new AbortController();
    downloadState(place, abort.signal).then(setState, () => {});
    return () => abort.abort();
  }, [place]);

  useEffect(() => {
    if (!pending) return;
    const abort = new AbortController();
    const look = () => void downloadState(place, abort.signal).then(setState, () => {});
    const timer = setInterval(look, EVERY_MS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [place, pending]);

  const start = useCallback(() => {
    startDownload(place).then(setState, () => setState({ state: 'failed', code: 'failed' }));
  }, [place]);
  return { state, start };
}
