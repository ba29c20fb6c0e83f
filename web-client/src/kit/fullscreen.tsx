/** Full screen for the picture; on iPhones only the video itself can have it. */
import { useEffect, useState } from 'react';
import { Icon } from './icons';
import { useText } from './text';

type PhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?(): void };

export function FullscreenButton({ target }: { target: () => HTMLElement | null }) {
  const { t } = useText();
  const [full, setFull] = useState(false);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);

  const toggle = () => {
    if (document.fullscreenElement) return void document.exitFullscreen();
    const frame = target();
    if (frame?.requestFullscreen) frame.requestFullscreen().catch(() => {});
    else (frame?.querySelector('video') as PhoneVideo | null)?.webkitEnterFullscreen?.();
  };

  const label = full ? t.exitFullscreen : t.fullscreen;
  return (
    <button
      type="button"
      className="icon-button over-picture"
      aria-label={label}
      title={label}
      onClick={toggle}
    >
      <Icon name="full" />
    </button>
  );
}
