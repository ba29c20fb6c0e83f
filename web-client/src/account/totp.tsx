/**
 * The set-up of the second factor: the secret as a picture and as text, the proof that it works, the recovery codes.
 */
import { type FormEvent, useState } from 'react';
import { Icon } from '../kit/icons';
import { problemSentence } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { TotpSetup } from '../protocol';
import { confirmTotp, startTotp } from './api';
import { SecretField } from './secret-field';
import { CodeField } from './sign-in-form';
import { useAccountText } from './text';

interface StartProps {
  seat: string;
  /** The password that was typed a moment ago; null = the form asks for it. */
  password: string | null;
  hasFactor: boolean;
  onStarted: (setup: TotpSetup) => void;
}

export function TotpStart({ seat, password, hasFactor, onStarted }: StartProps) {
  const p = useAccountText();
  const [typed, setTyped] = useState('');
  const [code, setCode] = useState('');
  const sending = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void sending.send(async () => onStarted(await startTotp(seat, password ?? typed, code)));
  };
  return (
    <form className="form" onSubmit={submit}>
      <p>{p.totp.why}</p>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {password === null && (
        <SecretField
          label={p.totp.password}
          value={typed}
          autoComplete="current-password"
          onChange={setTyped}
        />
      )}
      {hasFactor && <CodeField label={p.totp.code} value={code} onChange={setCode} />}
      <button
        type="submit"
        className="button primary large"
        disabled={sending.busy || (password === null && typed === '') || (hasFactor && code.length < 6)}
      >
        {p.totp.start}
      </button>
    </form>
  );
}

interface ConfirmProps {
  seat: string;
  setup: TotpSetup;
  onConfirmed: (codes: string[]) => void;
}

export function TotpConfirm({ seat, setup, onConfirmed }: ConfirmProps) {
  const p = useAccountText();
  const [code, setCode] = useState('');
  const sending = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void sending.send(async () => onConfirmed((await confirmTotp(seat, code)).codes));
  };
  const { qr } = setup;
  return (
    <form className="form" onSubmit={submit}>
      <p>{p.totp.scan}</p>
      <svg className="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={p.totp.qr}>
        <path d={qr.path} fill="#000" shapeRendering="crispEdges" />
      </svg>
      <details>
        <summary>{p.totp.orType}</summary>
        <p className="secret-text">{setup.secret}</p>
        <p className="hint">{p.totp.secretOnce}</p>
      </details>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <CodeField label={p.totp.enter} value={code} onChange={setCode} />
      <button type="submit" className="button primary large" disabled={sending.busy || code.length < 6}>
        {p.totp.confirm}
      </button>
    </form>
  );
}

export function RecoveryCodesShown({ codes, onSaved }: { codes: readonly string[]; onSaved: () => void }) {
  const p = useAccountText();
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${codes.join('\r\n')}\r\n`)}`;
  return (
    <div className="form">
      <p>{p.totp.recovery}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row wrap">
        <CopyButton text={codes.join('\n')} />
        <a className="button small" href={file} download={`${p.totp.file}.txt`}>
          <Icon name="download" />
          {p.totp.download}
        </a>
      </div>
      <button type="button" className="button primary large" onClick={onSaved}>
        {p.totp.saved}
      </button>
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const p = useAccountText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Not allowed here: the text can be selected and copied by hand.
    }
  };
  return (
    <button type="button" className="button small" onClick={() => void copy()}>
      <Icon name={copied ? 'tick' : 'copy'} />
      <span role="status">{copied ? p.copied : (label ?? p.copy)}</span>
    </button>
  );
}
