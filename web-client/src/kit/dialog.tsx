/** A question or a form before everything else; Esc closes it, and the focus goes back to its former place. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icons';
import { useText } from './text';
import { OwnScope } from './unsaved';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Makes room for tables and long forms. */
  wide?: boolean;
}

export function Dialog(props: Props) {
  return (
    <OwnScope>{(mayLeave) => <Box {...props} onClose={() => mayLeave() && props.onClose()} />}</OwnScope>
  );
}

function Box({ title, onClose, children, wide = false }: Props) {
  const { t } = useText();
  const heading = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      ref={box}
      onCancel={(event) => {
        event.preventDefault();
        // A question over this one is closed alone, though it stands inside.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="icon-button" aria-label={t.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
