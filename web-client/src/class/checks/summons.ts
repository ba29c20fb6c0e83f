/** Calls back a person who looks elsewhere: a soft sound, a short vibration, the title of a hidden tab. */
import { useEffect } from 'react';

const FLASH_MS = 1_000;

/** Calls once for each check; a hidden tab shows `tabTitle` for as long as the check is open. */
export function useSummons(check: string | null, tabTitle: string): void {
  useEffect(() => {
    if (check === null) return;
    leavePhoneVideo();
    chime();
    if (!motionReduced()) navigator.vibrate?.([120, 80, 120]);
  }, [check]);

  useEffect(() => {
    if (check === null) return;
    const before = document.title;
    const still = motionReduced();
    const show = () => {
      if (document.visibilityState === 'visible') document.title = before;
      else document.title = still || document.title === before ? tabTitle : before;
    };
    show();
    const timer = setInterval(show, FLASH_MS);
    document.addEventListener('visibilitychange', show);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', show);
      document.title = before;
    };
  }, [check, tabTitle]);
}

function motionReduced(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Plays two soft notes. Browsers that forbid sound before a touch stay silent: the sheet is seen as well. */
function chime(): void {
  try {
    const context = new AudioContext();
    const loudness = context.createGain();
    loudness.connect(context.destination);
    const start = context.currentTime + 0.05;
    for (const [index, hertz] of [659, 880].entries()) {
      const at = start + index * 0.18;
      const note = context.createOscillator();
      note.frequency.value = hertz;
      note.connect(loudness);
      note.start(at);
      note.stop(at + 0.3);
    }
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.08, start + 0.04);
    loudness.gain.linearRampToValueAtTime(0, start + 0.5);
    setTimeout(() => void context.close().catch(() => {}), 1_500);
  } catch {
    // There is no sound here.
  }
}

/** Leaves the full screen of an iPhone, which belongs to the video: nothing can be shown beside it. */
function leavePhoneVideo(): void {
  type PhoneVideo = HTMLVideoElement & {
    webkitDisplayingFullscreen?: boolean;
    webkitExitFullscreen?(): void;
  };
  for (const video of document.querySelectorAll<PhoneVideo>('video')) {
    if (video.webkitDisplayingFullscreen && !document.fullscreenElement) video.webkitExitFullscreen?.();
  }
}
