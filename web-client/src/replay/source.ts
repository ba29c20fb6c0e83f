/** One track's playlist in one media element: hls.js where the browser has media sources, its own HLS where not. */
import Hls, { type ErrorData, type HlsConfig } from 'hls.js/light';

/** `refused`: the server does not give it to this person, or no longer; the source asks no more by itself. */
export type SourceTrouble = 'network' | 'refused' | 'codec';

export interface Source {
  /** The difference between recording time and the element's time. */
  offsetMs(): number;
  /** Tries once more after a refusal, a little later. */
  again(): void;
  close(): void;
}

const CONFIG: Partial<HlsConfig> = {
  enableWorker: false, // fMP4 passes through as it is, and the policy forbids scripts from memory.
  lowLatencyMode: false,
  maxBufferLength: 20,
  maxMaxBufferLength: 40,
  backBufferLength: 20,
  startFragPrefetch: true,
};
const RETRY_MS = 3_000;

export function openSource(
  element: HTMLMediaElement,
  url: string,
  startMs: number,
  onTrouble: (trouble: SourceTrouble | null) => void,
): Source {
  if (!Hls.isSupported()) return openNative(element, url, onTrouble);
  const hls = new Hls({ ...CONFIG, startPosition: startMs / 1000 });
  // By discontinuity: behind each one, time may be counted anew.
  const offsetsMs = new Map<number, number>();
  let shown = 0;
  let recovered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  hls.on(Hls.Events.INIT_PTS_FOUND, (_, found) => {
    offsetsMs.set(found.frag.cc, (found.initPTS / found.timescale) * 1000);
    if (offsetsMs.size === 1) shown = found.frag.cc;
  });
  hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => {
    shown = frag.cc;
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => onTrouble(null));
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (hls.levels.length === 0) hls.loadSource(url);
      else hls.startLoad();
    }, RETRY_MS);
  };
  hls.on(Hls.Events.ERROR, (_, error) => {
    // hls.js must not repeat a refusal, fatal to it or not: the page finds out the reason.
    if (isRefusal(error.response?.code)) {
      clearTimeout(timer);
      hls.stopLoad();
      return onTrouble('refused');
    }
    if (!error.fatal) return;
    const trouble = troubleOf(error);
    console.info('replay: a track stopped', { url, details: error.details });
    if (trouble === 'codec' && !recovered) {
      recovered = true;
      hls.recoverMediaError();
      return;
    }
    onTrouble(trouble);
    if (trouble === 'network') later();
    else hls.stopLoad();
  });
  hls.loadSource(url);
  hls.attachMedia(element);
  return {
    offsetMs: () => offsetsMs.get(shown) ?? 0,
    again: later,
    close: () => {
      clearTimeout(timer);
      hls.destroy();
    },
  };
}

function troubleOf(error: ErrorData): SourceTrouble {
  return error.type === Hls.ErrorTypes.NETWORK_ERROR ? 'network' : 'codec';
}

/** Whether another request would get the same answer. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && [401, 403, 404, 410].includes(status);
}

function openNative(
  element: HTMLMediaElement,
  url: string,
  onTrouble: (trouble: SourceTrouble | null) => void,
): Source {
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The element does not say what the server answered.
  const failed = async () => {
    const trouble = element.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'codec';
    const answer = await fetch(url, { credentials: 'same-origin', cache: 'no-store' }).catch(() => null);
    if (!closed) onTrouble(isRefusal(answer?.status) ? 'refused' : trouble);
  };
  const loaded = () => onTrouble(null);
  element.addEventListener('error', failed);
  element.addEventListener('loadeddata', loaded);
  element.src = url;
  return {
    offsetMs: () => 0,
    again: () => {
      clearTimeout(timer);
      timer = setTimeout(() => element.load(), RETRY_MS);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      element.removeEventListener('error', failed);
      element.removeEventListener('loadeddata', loaded);
      element.removeAttribute('src');
      element.load();
    },
  };
}
