/** A panel that slides over the lower or side area and never over the picture. Esc closes it. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icons';
import { useText } from './text';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** False for a question that comes by itself: it must not take the cursor out of a half-typed message. */
  takesFocus?: boolean;
}

export function Sheet({ title, onClose, children, takesFocus = true }: Props) {
  const { t } = useText();
  const heading = useId();
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const before = document.activeElement;
    if (takesFocus) panel.current?.focus();
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) close.current();
    };
    window.addEventListener('keydown', pressed);
    return () => {
      window.removeEventListener('keydown', pressed);
      if (takesFocus && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [takesFocus]);

  return (
    <div className="sheet" role="dialog" aria-labelledby={heading} tabIndex={-1} ref={panel}>
      {!takesFocus && (
        <p role="alert" className="unseen">
          {title}
        </p>
      )}
      <header className="sheet-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="icon-button" aria-label={t.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="sheet-body">{children}</div>
    </div>
  );
}
