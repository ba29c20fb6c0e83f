/** Name and password, then the code of the second factor where the account has one. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { ApiProblem } from '../api';
import { formatMoment } from '../i18n/dates';
import { TextField } from '../kit/field';
import { problemSentence } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useSending } from '../kit/use-loaded';
import type { Account, WrongTries } from '../protocol';
import { signInWith } from './api';
import { SecretField } from './secret-field';
import { useAccountText } from './text';

export function SignInForm({ onDone }: { onDone: (account: Account) => void }) {
  const p = useAccountText();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  /** Whether the first step was right and the server wants the code. */
  const [second, setSecond] = useState(false);
  /** The account that is signed in, while the person reads of the failed attempts of others. */
  const [told, setTold] = useState<Account | null>(null);
  const sending = useSending();

  const send = () =>
    sending.send(async () => {
      const proof = { login: login.trim(), password };
      const who = await signInWith(second ? { ...proof, code: code.replace(/\s/g, '') } : proof);
      if (who.wrong_tries) setTold(who);
      else onDone(who);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sending.busy) void send();
  };
  const { refusal } = sending;
  useAgain(refusal, send);
  const needsCode = refusal?.code === 'code_needed' || second;
  if (refusal?.code === 'code_needed' && !second) setSecond(true);
  const trouble = refusal && refusal.code !== 'code_needed' && <Alert>{problemSentence(refusal, p)}</Alert>;
  if (told?.wrong_tries) return <Tried tries={told.wrong_tries} onRead={() => onDone(told)} />;
  if (needsCode) {
    return (
      <CodeStep
        code={code}
        onCode={setCode}
        busy={sending.busy}
        onSubmit={submit}
        onBack={() => {
          setSecond(false);
          setCode('');
          setPassword('');
          void sending.send(async () => {}); // The old refusal belongs to the step that is left.
        }}
      >
        {trouble}
      </CodeStep>
    );
  }
  return (
    <form className="form" onSubmit={submit}>
      <h1>{p.signIn.title}</h1>
      {trouble}
      {refusal?.code === 'locked' && (
        <button type="button" className="button" onClick={() => setSecond(true)}>
          {p.signIn.haveCode}
        </button>
      )}
      <TextField
        label={p.signIn.login}
        name="login"
        value={login}
        autoComplete="username"
        onChange={setLogin}
      />
      <SecretField
        label={p.signIn.password}
        value={password}
        autoComplete="current-password"
        onChange={setPassword}
      />
      <button
        type="submit"
        className="button primary large"
        disabled={sending.busy || login.trim() === '' || password === ''}
      >
        {sending.busy ? p.signIn.working : p.signIn.submit}
      </button>
    </form>
  );
}

/** The notice that somebody elsewhere guessed at the password: the owner sees it once, before going on. */
function Tried({ tries, onRead }: { tries: WrongTries; onRead: () => void }) {
  const p = useAccountText();
  const { language } = useText();
  return (
    <div className="form">
      <h1>{p.signIn.triedTitle}</h1>
      <Alert>{p.signIn.tried(tries.tries, formatMoment(tries.last_at_ms, language))}</Alert>
      <p>{p.signIn.triedText}</p>
      {/* biome-ignore lint/a11y/noAutofocus: the only thing to do here. */}
      <button type="button" className="button primary large" autoFocus onClick={onRead}>
        {p.signIn.goOn}
      </button>
    </div>
  );
}

/** Lets many people in one after the other: waits as long as the server asks, and tries again. */
function useAgain(refusal: ApiProblem | null, send: () => void): void {
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    if (refusal?.code !== 'busy') return;
    const waitMs = Math.max(1000, (refusal.againAtMs ?? 0) - Date.now());
    // Not all at the same moment again.
    const timer = setTimeout(() => latest.current(), waitMs + Math.random() * 1000);
    return () => clearTimeout(timer);
  }, [refusal]);
}

interface CodeProps {
  code: string;
  onCode: (code: string) => void;
  busy: boolean;
  onSubmit: (event: FormEvent) => void;
  onBack: () => void;
  children: React.ReactNode;
}

function CodeStep({ code, onCode, busy, onSubmit, onBack, children }: CodeProps) {
  const p = useAccountText();
  const [recovery, setRecovery] = useState(false);
  return (
    <form className="form" onSubmit={onSubmit}>
      <h1>{p.signIn.codeTitle}</h1>
      {children}
      {recovery ? (
        <TextField
          key="recovery"
          label={p.signIn.recoveryCode}
          hint={p.signIn.recoveryHint}
          value={code}
          autoFocus
          onChange={onCode}
        />
      ) : (
        <CodeField label={p.signIn.code} hint={p.signIn.codeHint} value={code} onChange={onCode} />
      )}
      <button type="submit" className="button primary large" disabled={busy || code.trim().length < 6}>
        {busy ? p.signIn.working : p.signIn.verify}
      </button>
      <div className="row wrap">
        <button
          type="button"
          className="button quiet small"
          onClick={() => {
            setRecovery(!recovery);
            onCode('');
          }}
        >
          {recovery ? p.signIn.useCode : p.signIn.recovery}
        </button>
        <span className="grow" />
        <button type="button" className="button quiet small" onClick={onBack}>
          {p.back}
        </button>
      </div>
    </form>
  );
}

interface CodeFieldProps {
  label: string;
  hint?: string;
  value: string;
  onChange: (code: string) => void;
}

/** The field for the six digits of a code; full-width digits are digits as well. */
export function CodeField({ label, hint, value, onChange }: CodeFieldProps) {
  return (
    <TextField
      label={label}
      {...(hint && { hint })}
      value={value}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
      className="code-input"
      onChange={(text) => onChange(text.normalize('NFKC').replace(/\D/g, '').slice(0, 6))}
    />
  );
}
