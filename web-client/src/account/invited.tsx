/** `/invited#secret`: an invited person sets a password; administrators set up their second factor as well. */
import { type FormEvent, useCallback, useState } from 'react';
import { at as placed } from '../base/path';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { problemSentence } from '../kit/portal-text';
import { Alert, Portal } from '../kit/shell';
import { useText } from '../kit/text';
import { problemOf, useLoaded, useSending } from '../kit/use-loaded';
import type { Account, Invited, TotpSetup } from '../protocol';
import { FRONT, INVITED } from '../routes';
import { acceptInvitation, lookAtInvitation } from './api';
import { NewSecretFields, noSecret, secretIsGood } from './secret-field';
import { useAccountText } from './text';
import { RecoveryCodesShown, TotpConfirm, TotpStart } from './totp';
import { firstPageOf, rememberAccount } from './where';

export default function InvitedPage() {
  const p = useAccountText();
  const [secret] = useState(() => location.hash.slice(1));
  const look = useCallback(() => lookAtInvitation(secret), [secret]);
  const { value: invited, problem, reload } = useLoaded(look);
  return (
    <Portal title={p.invited.title}>
      <main className="door">
        <div className="card">
          {invited && <Steps invited={invited} secret={secret} />}
          {!invited && !problem && <p role="status">{p.loading}</p>}
          {!invited && problem && (
            <>
              <h1>{p.invited.problem}</h1>
              <Alert>{problemSentence(problem, p)}</Alert>
              {!problem.startsWith('link_') && (
                <button type="button" className="button" onClick={reload}>
                  {p.refresh}
                </button>
              )}
              <a className="button" href={FRONT}>
                {p.invited.toSignIn}
              </a>
            </>
          )}
        </div>
      </main>
    </Portal>
  );
}

/** The steps taken so far: `account` once the password is set, then the data of the second factor. */
interface Progress {
  account: Account | null;
  password: string;
  setup: TotpSetup | null;
  codes: string[];
}

function Steps({ invited, secret }: { invited: Invited; secret: string }) {
  const p = useAccountText();
  const [at, setAt] = useState<Progress>({ account: null, password: '', setup: null, codes: [] });
  const { account, setup, codes } = at;
  const step = account === null ? 0 : codes.length === 0 ? 1 : 2;
  const accepted = (who: Account, password: string) => {
    rememberAccount(who.seat, localStorage);
    history.replaceState(null, '', placed(INVITED)); // The secret is used up; it need not stay in the history.
    if (who.must.includes('enrol_second_factor')) setAt({ ...at, account: who, password });
    else location.replace(placed(firstPageOf(who)));
  };
  return (
    <>
      {invited.is_admin && (
        <ol className="steps">
          {p.invited.steps.map((name, index) => (
            <li
              key={name}
              className={index < step ? 'done' : ''}
              {...(index === step && { 'aria-current': 'step' as const })}
            >
              {name}
            </li>
          ))}
        </ol>
      )}
      {account === null && <SetPassword invited={invited} secret={secret} onDone={accepted} />}
      {account && step === 1 && (
        <>
          <h1>{p.totp.title}</h1>
          {setup === null ? (
            <TotpStart
              seat={account.seat}
              password={at.password}
              hasFactor={false}
              onStarted={(begun) => setAt({ ...at, setup: begun })}
            />
          ) : (
            <TotpConfirm
              seat={account.seat}
              setup={setup}
              onConfirmed={(shown) => setAt({ ...at, codes: shown, password: '' })}
            />
          )}
        </>
      )}
      {account && step === 2 && (
        <>
          <h1>{p.totp.recoveryTitle}</h1>
          <RecoveryCodesShown
            codes={codes}
            onSaved={() => location.replace(placed(firstPageOf({ ...account, must: [] })))}
          />
        </>
      )}
    </>
  );
}

interface SetPasswordProps {
  invited: Invited;
  secret: string;
  onDone: (account: Account, password: string) => void;
}

function SetPassword({ invited, secret, onDone }: SetPasswordProps) {
  const { language } = useText();
  const p = useAccountText();
  const [fresh, setFresh] = useState(noSecret);
  const sending = useSending();
  const personal = [invited.name, invited.login];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void sending.send(async () => onDone(await acceptInvitation(secret, fresh.first), fresh.first));
  };
  const problem = sending.refusal && problemOf(sending.refusal);
  const ofPassword = problem?.code.startsWith('password_') ?? false;
  const until = `${formatDay(invited.expires_at_ms, language)} ${formatTime(invited.expires_at_ms)}`;
  return (
    <form className="form" onSubmit={submit}>
      <h1>{p.invited.hello(invited.name)}</h1>
      <p>
        {p.invited.intro} {invited.is_admin && p.invited.adminIntro}
      </p>
      <p className="hint">
        {p.invited.loginIs(invited.login)}
        <br />
        {p.invited.until(until)}
      </p>
      {problem && !ofPassword && <Alert>{problemSentence(problem, p)}</Alert>}
      {/* For password managers, which keep the password under this name. */}
      <input
        className="unseen"
        type="text"
        autoComplete="username"
        value={invited.login}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <NewSecretFields
        value={fresh}
        onChange={setFresh}
        isAdmin={invited.is_admin}
        personal={personal}
        wrong={problem && ofPassword ? problemSentence(problem, p) : null}
      />
      <button
        type="submit"
        className="button primary large"
        disabled={sending.busy || !secretIsGood(fresh, invited.is_admin, personal)}
      >
        {sending.busy ? p.invited.setting : p.invited.set}
      </button>
    </form>
  );
}
