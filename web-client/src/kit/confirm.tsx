/** A button that asks once before it does something that cannot be undone. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useText } from './text';

interface Props {
  className: string;
  question: string;
  yes: string;
  onYes: () => void;
  children: ReactNode;
}

export function ConfirmButton({ className, question, yes, onYes, children }: Props) {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (asking) first.current?.focus();
  }, [asking]);

  const cancel = () => {
    setAsking(false);
    opener.current?.focus();
  };

  return (
    <span className="confirm">
      <button
        type="button"
        className={className}
        aria-expanded={asking}
        ref={opener}
        onClick={() => setAsking(true)}
      >
        {children}
      </button>
      {asking && (
        <div
          className="confirm-panel"
          role="alertdialog"
          aria-label={question}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            cancel();
          }}
        >
          <p>{question}</p>
          <div className="row end">
            <button type="button" className="button" ref={first} onClick={cancel}>
              {t.cancel}
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setAsking(false);
                onYes();
              }}
            >
              {yes}
            </button>
          </div>
        </div>
      )}
    </span>
  );
}
