/** The first step of a registration: an account with the mobile number, to come back with. */
import { type FormEvent, useState } from 'react';
import { makeAccount } from '../account/api';
import { NewSecretFields, noSecret, secretIsGood } from '../account/secret-field';
import { rememberAccount } from '../account/where';
import { here } from '../base/path';
import { TextField } from '../kit/field';
import { plain, wrongMobile, wrongName } from '../kit/fields';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { Account } from '../protocol';
import { signInAgain } from '../routes';
import { useEnrolText } from './text';

/** The field at which a refusal is shown. */
const FIELD: Record<string, 'name' | 'phone' | 'password'> = {
  bad_name: 'name',
  bad_phone: 'phone',
  login_taken: 'phone',
  password_short: 'password',
  password_long: 'password',
  password_simple: 'password',
  password_common: 'password',
  password_personal: 'password',
};

interface Props {
  /** Called with the name and the number as well, which the form asks next. */
  onMade: (account: Account, known: { name: string; mobile: string }) => void;
}

export function NewAccountStep({ onMade }: Props) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [fresh, setFresh] = useState(noSecret);
  const [left, setLeft] = useState({ name: false, phone: false });
  /** Made once: another attempt after a lost answer must not make a second account. */
  const [login] = useState(randomLogin);
  const sending = useSending();
  const personal = [name.trim(), login, plain(phone)];
  const refused = sending.refusal ? FIELD[sending.refusal.code] : undefined;
  const sentence = sending.refusal && problemSentence(sending.refusal, p);
  const nameWrong = wrongName(name);
  const phoneWrong = wrongMobile(phone);
  const ready = !nameWrong && !phoneWrong && secretIsGood(fresh, false, personal);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft({ name: true, phone: true });
    if (!ready) return;
    void sending.send(async () => {
      const made = await makeAccount({ name, login, phone, password: fresh.first });
      rememberAccount(made.seat, localStorage);
      onMade(made, { name: name.trim(), mobile: plain(phone) });
    });
  };
  return (
    <section className="panel">
      <div>
        <h2>{enrol.accountTitle}</h2>
        <p className="hint">{enrol.accountIntro}</p>
      </div>
      <form className="form" onSubmit={submit} noValidate>
        {sentence && !refused && <Alert>{sentence}</Alert>}
        <TextField
          label={enrol.field.name}
          hint={enrol.nameHint}
          value={name}
          autoComplete="name"
          wrong={refused === 'name' ? sentence : left.name && nameWrong ? p.wrong[nameWrong] : null}
          onBlur={() => setLeft((was) => ({ ...was, name: name !== '' }))}
          onChange={setName}
        />
        <TextField
          label={enrol.field.mobile}
          value={phone}
          inputMode="tel"
          autoComplete="tel"
          wrong={refused === 'phone' ? sentence : left.phone && phoneWrong ? p.wrong[phoneWrong] : null}
          onBlur={() => setLeft((was) => ({ ...was, phone: phone !== '' }))}
          onChange={setPhone}
        />
        <NewSecretFields
          value={fresh}
          onChange={setFresh}
          isAdmin={false}
          personal={personal}
          wrong={refused === 'password' ? sentence : null}
        />
        <button type="submit" className="button primary large" disabled={sending.busy}>
          {sending.busy ? enrol.registering : enrol.register}
        </button>
        <p className="hint">
          {enrol.have} <a href={signInAgain(here())}>{enrol.toSignIn}</a>
        </p>
      </form>
    </section>
  );
}

/** A random log-in name. People sign in with their number; a name made of it would show it to others. */
function randomLogin(): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return `t${[...random].map((byte) => (byte % 36).toString(36)).join('')}`;
}
