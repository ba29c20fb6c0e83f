/** A button that asks once, with the consequences, before it does something that cannot easily be undone. */
import { type ReactNode, useState } from 'react';
import { Dialog } from './dialog';
import { useText } from './text';

interface Props {
  className: string;
  title: string;
  question: string;
  yes: string;
  onYes: () => void;
  danger?: boolean;
  children: ReactNode;
}

export function AskButton({ className, title, question, yes, onYes, danger = false, children }: Props) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        {children}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p>{question}</p>
          <div className="row end">
            <button type="button" className="button" onClick={() => setOpen(false)}>
              {t.cancel}
            </button>
            <button
              type="button"
              className={danger ? 'button danger' : 'button primary'}
              onClick={() => {
                setOpen(false);
                onYes();
              }}
            >
              {yes}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
