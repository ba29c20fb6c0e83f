/** A button for an action with a reason: asks once, with the consequences. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { BackButton } from '../kit/back-button';
import { Dialog } from '../kit/dialog';
import { TextField } from '../kit/field';
import { Form } from '../kit/form';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import { useOfficeText } from './text';

interface Props {
  className: string;
  title: string;
  question: string;
  danger?: boolean;
  send: (reason: string) => Promise<unknown>;
  onDone: () => void;
  /** More choices, above the reason, with what was chosen. */
  children?: ReactNode;
  chosen?: unknown;
}

export function ReasonButton({
  className,
  title,
  question,
  danger = false,
  send,
  onDone,
  children,
  chosen,
}: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const sending = useSending();
  const close = () => {
    setOpen(false);
    setReason('');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await sending.send(() => send(reason.trim())))) return;
    close();
    onDone();
  };
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        {title}
      </button>
      {open && (
        <Dialog title={title} onClose={close}>
          <Form draft={[reason.trim(), chosen]} onSubmit={submit}>
            <p>{question}</p>
            {children}
            <TextField label={o.reason} hint={o.reasonHint} value={reason} autoFocus onChange={setReason} />
            {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
            <div className="row end">
              <BackButton onBack={close} />
              <button
                type="submit"
                className={danger ? 'button danger' : 'button primary'}
                disabled={sending.busy || [...reason.trim()].length < 2}
              >
                {sending.busy ? o.doing : title}
              </button>
            </div>
          </Form>
        </Dialog>
      )}
    </>
  );
}
