/** The language of the page, and its numbers and times. */
export type Language = 'zh' | 'en';

const KEY = 'live-classroom.language';

/** The language that was chosen here before, else the browser's, else Chinese. */
export function initialLanguage(
  storage: Pick<Storage, 'getItem'> = localStorage,
  browser: string = navigator.language,
): Language {
  const chosen = read(storage);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return browser.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

export function rememberLanguage(language: Language, storage: Pick<Storage, 'setItem'> = localStorage): void {
  try {
    storage.setItem(KEY, language);
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
}

function read(storage: Pick<Storage, 'getItem'>): string | null {
  try {
    return storage.getItem(KEY);
  } catch {
    return null;
  }
}

/** A span, `1 h 05 m 09 s` as `1:05:09`; under an hour `05:09`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** The offset of Beijing: lessons are planned and credited in its time, wherever the page is looked at. */
export const BEIJING_MS = 8 * 3_600_000;

/** A moment as a 24-hour clock in Beijing shows it. */
export function formatTime(ms: number, withSeconds = false): string {
  const date = new Date(ms + BEIJING_MS);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getUTCSeconds())}` : minutes;
}

/** Bits per second in the unit in which people speak. */
export function formatBitrate(bps: number): string {
  if (bps >= 1e9) return `${(bps / 1e9).toFixed(2)} Gbit/s`;
  if (bps >= 1e6) return `${(bps / 1e6).toFixed(bps >= 1e8 ? 0 : 1)} Mbit/s`;
  return `${Math.round(bps / 1e3)} kbit/s`;
}

/** File sizes in the unit in which people speak. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** Large counts with a thin separator every three digits. */
export function formatCount(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
