/** Something that is done with a reason: asked once, with what will happen. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../portal/dialog';
import { TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { problemSentence, usePortalText } from '../portal/text';
import { useSending } from '../use-loaded';
import { useOfficeText } from './text';

interface Props {
  className: string;
  title: string;
  question: string;
  danger?: boolean;
  send: (reason: string) => Promise<unknown>;
  onDone: () => void;
  /** More to choose, above the reason. */
  children?: ReactNode;
}

export function ReasonButton({ className, title, question, danger = false, send, onDone, children }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => send(reason.trim())))) return;
    setOpen(false);
    setReason('');
    onDone();
  };
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        {title}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <form className="form" onSubmit={submit}>
            <p>{question}</p>
            {children}
            <TextField label={o.reason} hint={o.reasonHint} value={reason} autoFocus onChange={setReason} />
            {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
            <div className="row end">
              <button type="button" className="button" onClick={() => setOpen(false)}>
                {o.back}
              </button>
              <button
                type="submit"
                className={danger ? 'button danger' : 'button primary'}
                disabled={sending.busy || [...reason.trim()].length < 2}
              >
                {sending.busy ? o.doing : title}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
