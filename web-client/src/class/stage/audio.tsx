/**
 * Plays the audio slots. Browsers may forbid sound until the person touches the page; only then a button asks for the
 * touch, and any other touch does as well.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Icon } from '../../kit/icons';
import { useClassText } from '../text';

export function AudioOut({ streams }: { streams: MediaStream[] }) {
  const { t } = useClassText();
  const box = useRef<HTMLDivElement>(null);
  const [blocked, setBlocked] = useState(false);

  const play = useCallback(async () => {
    const elements = [...(box.current?.querySelectorAll('audio') ?? [])];
    const refused = await Promise.all(elements.map(playRefused));
    setBlocked(refused.includes(true));
  }, []);

  useEffect(() => {
    const elements = [...(box.current?.querySelectorAll('audio') ?? [])];
    elements.forEach((element, slot) => {
      element.srcObject = streams[slot] ?? null;
    });
    void play();
  }, [streams, play]);

  useEffect(() => {
    if (!blocked) return;
    const touched = () => void play();
    window.addEventListener('pointerup', touched);
    window.addEventListener('keyup', touched);
    return () => {
      window.removeEventListener('pointerup', touched);
      window.removeEventListener('keyup', touched);
    };
  }, [blocked, play]);

  return (
    <>
      <div ref={box} hidden>
        {streams.map((stream) => (
          // biome-ignore lint/a11y/useMediaCaption: live speech has no captions to offer
          <audio key={stream.id} autoPlay />
        ))}
      </div>
      {blocked && (
        <button type="button" className="button primary sound-button" onClick={() => void play()}>
          <Icon name="sound" />
          {t.sound.tap}
        </button>
      )}
    </>
  );
}

/** Whether the browser wants a touch first; a slot that is only silent counts as playing. */
async function playRefused(element: HTMLAudioElement): Promise<boolean> {
  try {
    await element.play();
    return false;
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError';
  }
}
