/** Small hooks that belong to no single component. */
import { useEffect, useRef, useState } from 'react';

/** The clock of this device, read every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Whether the media query matches. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatches(list.matches);
    changed();
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

/** Whether this is a phone or a tablet without a keyboard, as far as anybody can tell. */
export function useOnlyTouch(): boolean {
  return useMedia('(hover: none) and (pointer: coarse)');
}

/** The element that has the whole screen; null = none. */
export function useFullscreenElement(): Element | null {
  const [element, setElement] = useState(() => document.fullscreenElement ?? null);
  useEffect(() => {
    const changed = () => setElement(document.fullscreenElement);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return element;
}

/** A choice that this device remembers. */
export function useRemembered<T extends string>(
  key: string,
  allowed: readonly T[],
  otherwise: T,
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = safely(() => localStorage.getItem(key));
    return allowed.find((one) => one === kept) ?? otherwise;
  });
  return [
    value,
    (next) => {
      safely(() => localStorage.setItem(key, next));
      setValue(next);
    },
  ];
}

function safely<R>(access: () => R): R | null {
  try {
    return access();
  } catch {
    return null; // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** Keeps the screen on while the class is shown; the lock is lost whenever the tab is hidden and requested again. */
export function useWakeLock(wanted: boolean): void {
  const lock = useRef<WakeLockSentinel | null>(null);
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return;
    let stopped = false;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const next = await navigator.wakeLock.request('screen');
        if (stopped) await next.release();
        else lock.current = next;
      } catch {
        // A low battery may refuse; the class goes on, the screen may dim.
      }
    };
    const again = () => void ask();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      stopped = true;
      document.removeEventListener('visibilitychange', again);
      void lock.current?.release();
      lock.current = null;
    };
  }, [wanted]);
}

type ShortcutKey =
  | ('m' | 'v' | 'r' | 'c' | 'p' | 'd' | 'j' | 'k' | 'l' | 'f' | '?')
  | (' ' | 'arrowleft' | 'arrowright');
export type Shortcuts = Partial<Record<ShortcutKey, () => void>>;

/** Shortcuts of single keys, never inside text fields and never together with Ctrl, Alt or ⌘. */
export function useShortcuts(shortcuts: Shortcuts, enabled: boolean): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
      if (isTextField(event.target)) return;
      const key = event.key.toLowerCase() as ShortcutKey;
      if (hasOwnUse(event.target, key)) return;
      const action = latest.current[key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [enabled]);
}

/** Whether the target uses the key itself: Space presses the focused button, arrows move the focused tab or slider. */
function hasOwnUse(target: EventTarget | null, key: ShortcutKey): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === ' ') return target.closest('button, a, summary, input, label') !== null;
  return key.startsWith('arrow') && target.closest('[role=tab], input') !== null;
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
