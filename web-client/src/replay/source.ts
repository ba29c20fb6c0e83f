/** One track's playlist in one media element: hls.js where the browser has media sources, its own HLS where not. */
import Hls, { type ErrorData, type HlsConfig } from 'hls.js/light';

export type SourceTrouble = 'network' | 'signed_out' | 'codec';

export interface Source {
  /** The element's time plus this is recording time. */
  offsetMs(): number;
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
  // By discontinuity: behind each one time may be counted anew.
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
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    const trouble = troubleOf(error);
    console.info('replay: a track stopped', { url, details: error.details });
    if (trouble === 'codec' && !recovered) {
      recovered = true;
      hls.recoverMediaError();
      return;
    }
    onTrouble(trouble);
    if (trouble !== 'network') return hls.stopLoad();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (hls.levels.length === 0) hls.loadSource(url);
      else hls.startLoad();
    }, RETRY_MS);
  });
  hls.loadSource(url);
  hls.attachMedia(element);
  return {
    offsetMs: () => offsetsMs.get(shown) ?? 0,
    close: () => {
      clearTimeout(timer);
      hls.destroy();
    },
  };
}

function troubleOf(error: ErrorData): SourceTrouble {
  if (error.type !== Hls.ErrorTypes.NETWORK_ERROR) return 'codec';
  const status = error.response?.code;
  return status === 401 || status === 403 ? 'signed_out' : 'network';
}

function openNative(
  element: HTMLMediaElement,
  url: string,
  onTrouble: (trouble: SourceTrouble | null) => void,
): Source {
  const failed = () => onTrouble(element.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'codec');
  const loaded = () => onTrouble(null);
  element.addEventListener('error', failed);
  element.addEventListener('loadeddata', loaded);
  element.src = url;
  return {
    offsetMs: () => 0,
    close: () => {
      element.removeEventListener('error', failed);
      element.removeEventListener('loadeddata', loaded);
      element.removeAttribute('src');
      element.load();
    },
  };
}
