/** `/account?as={seat}`: password, second factor, and signing out everywhere. */
import { type FormEvent, useState } from 'react';
import { at } from '../base/path';
import { AskButton } from '../kit/ask-button';
import { problemSentence } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { Account, TotpSetup } from '../protocol';
import { SIGNED_OUT_FRONT } from '../routes';
import { changePassword, signOutEverywhere } from './api';
import { PhonePanel } from './phone';
import { NewSecretFields, noSecret, SecretField, secretIsGood } from './secret-field';
import { SignedIn } from './signed-in';
import { useAccountText } from './text';
import { RecoveryCodesShown, TotpConfirm, TotpStart } from './totp';
import { firstPageOf, rememberAccount } from './where';

export default function AccountPage({ seat }: { seat: string }) {
  const p = useAccountText();
  return (
    <SignedIn seat={seat} title={p.account.title}>
      {(who, reload) => (
        <main className="portal-main">
          <h1>{p.account.title}</h1>
          {who.must.includes('enrol_second_factor') && <Alert tone="fair">{p.account.mustTotp}</Alert>}
          {who.must.includes('change_password') && <Alert tone="fair">{p.account.mustPassword}</Alert>}
          <WhoPanel who={who} />
          {(isAdmin(who) || who.has_second_factor) && <FactorPanel who={who} onChange={reload} />}
          <PhonePanel who={who} onChange={reload} />
          <PasswordPanel who={who} onChange={reload} />
          <EverywherePanel who={who} />
        </main>
      )}
    </SignedIn>
  );
}

function isAdmin({ roles }: Account): boolean {
  return roles.some(({ role }) => role !== 'trainee' && role !== 'instructor');
}

function WhoPanel({ who }: { who: Account }) {
  const p = useAccountText();
  return (
    <section className="panel">
      <dl className="facts">
        <dt>{p.account.name}</dt>
        <dd>{who.name}</dd>
        <dt>{p.account.login}</dt>
        <dd>{who.login}</dd>
        <dt>{p.account.phone}</dt>
        <dd>{who.phone ?? p.account.noPhone}</dd>
        <dt>{p.account.roles}</dt>
        <dd>
          {who.roles.map(({ role, unit, class: of }) => (
            <span key={`${role}.${unit}.${of}`} className="mark">
              {p.role[role]}
            </span>
          ))}
        </dd>
      </dl>
      <p className="hint">{p.account.idle(Math.round(who.idle_s / 60))}</p>
    </section>
  );
}

function FactorPanel({ who, onChange }: { who: Account; onChange: () => void }) {
  const p = useAccountText();
  const needed = who.must.includes('enrol_second_factor');
  const [open, setOpen] = useState(needed);
  const [setup, setSetup] = useState<TotpSetup | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const saved = () => {
    setCodes([]);
    setSetup(null);
    setOpen(false);
    if (who.must.every((one) => one === 'enrol_second_factor') && needed) {
      location.replace(at(firstPageOf({ ...who, must: [] })));
    } else onChange();
  };
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{p.account.second}</h2>
        <span className={who.has_second_factor ? 'mark good' : 'mark fair'}>
          {who.has_second_factor ? p.totp.on : p.totp.off}
        </span>
        {who.has_second_factor && <small>{p.totp.left(who.recovery_codes_left)}</small>}
      </div>
      {codes.length > 0 && <RecoveryCodesShown codes={codes} onSaved={saved} />}
      {codes.length === 0 && setup && <TotpConfirm seat={who.seat} setup={setup} onConfirmed={setCodes} />}
      {codes.length === 0 && !setup && open && (
        <TotpStart seat={who.seat} password={null} hasFactor={who.has_second_factor} onStarted={setSetup} />
      )}
      {!open && (
        <div className="row">
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {who.has_second_factor ? p.totp.renew : p.totp.start}
          </button>
        </div>
      )}
    </section>
  );
}

function PasswordPanel({ who, onChange }: { who: Account; onChange: () => void }) {
  const p = useAccountText();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState(noSecret);
  const [told, setTold] = useState(false);
  const sending = useSending();
  const personal = [who.name, who.login];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold(false);
    const done = await sending.send(() => changePassword(who.seat, old, fresh.first));
    if (!done) return;
    setOld('');
    setFresh(noSecret);
    setTold(true);
    onChange();
  };
  const { refusal } = sending;
  const sentence = refusal && problemSentence(refusal, p);
  const ofNew = refusal?.code.startsWith('password_') ?? false;
  const ofOld = refusal?.code === 'wrong_password';
  return (
    <section className="panel">
      <h2>{p.account.changePassword}</h2>
      <form className="form" onSubmit={submit}>
        {told && <Alert tone="good">{p.account.changed}</Alert>}
        {sentence && !ofNew && !ofOld && <Alert>{sentence}</Alert>}
        <SecretField
          label={p.password.old}
          value={old}
          autoComplete="current-password"
          wrong={ofOld ? sentence : null}
          onChange={setOld}
        />
        <NewSecretFields
          value={fresh}
          onChange={setFresh}
          isAdmin={isAdmin(who)}
          personal={personal}
          wrong={ofNew ? sentence : null}
        />
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || old === '' || !secretIsGood(fresh, isAdmin(who), personal)}
          >
            {sending.busy ? p.account.changing : p.account.change}
          </button>
        </div>
      </form>
    </section>
  );
}

function EverywherePanel({ who }: { who: Account }) {
  const p = useAccountText();
  const sending = useSending();
  const leave = async () => {
    if (!(await sending.send(() => signOutEverywhere(who.seat)))) return;
    rememberAccount(null, localStorage);
    location.replace(at(SIGNED_OUT_FRONT));
  };
  return (
    <section className="panel">
      <h2>{p.account.everywhere}</h2>
      <p className="hint">{p.account.everywhereHint}</p>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <div className="row">
        <AskButton
          className="button danger-quiet"
          danger
          title={p.account.everywhere}
          question={p.account.everywhereAsk}
          yes={p.account.everywhereYes}
          onYes={() => void leave()}
        >
          {p.account.everywhere}
        </AskButton>
      </div>
    </section>
  );
}
