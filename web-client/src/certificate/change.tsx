/** The forms for one certificate: revoking it, which takes two people, or replacing it by one with a corrected name. */
import { useState } from 'react';
import { AskButton } from '../kit/ask-button';
import { TextField } from '../kit/field';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import { reissue, revoke } from './api';
import { useCertificateText } from './text';

export function ChangePanel({ seat, onDone }: { seat: string; onDone: () => void }) {
  const { desk: words } = useCertificateText();
  const p = usePortalText();
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const sending = useSending();
  const named = number.trim().toUpperCase();
  const send = async (work: () => Promise<string>) => {
    setTold('');
    const done = await sending.send(async () => setTold(await work()));
    if (!done) return;
    setReason('');
    onDone();
  };
  const askToRevoke = async () => {
    await revoke(seat, named, reason.trim());
    return words.asked;
  };
  const replace = async () => words.reissued((await reissue(seat, named)).number);
  return (
    <section className="panel form" aria-label={words.change}>
      <h2>{words.change}</h2>
      <p className="hint">{words.changeHint}</p>
      <TextField label={words.numberLabel} value={number} onChange={setNumber} />
      <TextField label={words.reason} value={reason} onChange={setReason} />
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {told !== '' && <Alert tone="good">{told}</Alert>}
      {named !== '' && (
        <div className="row wrap">
          {reason.trim() !== '' && (
            <AskButton
              className="button danger"
              danger
              title={words.revoke}
              question={words.revokeAsk(named)}
              yes={words.revoke}
              onYes={() => void send(askToRevoke)}
            >
              {words.revoke}
            </AskButton>
          )}
          <AskButton
            className="button"
            title={words.reissue}
            question={words.reissueAsk(named)}
            yes={words.reissue}
            onYes={() => void send(replace)}
          >
            {words.reissue}
          </AskButton>
        </div>
      )}
    </section>
  );
}
