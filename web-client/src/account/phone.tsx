/** The form for another mobile number to sign in with; asks for the password once more. */
import { type FormEvent, useState } from 'react';
import { TextField } from '../kit/field';
import { wrongMobile } from '../kit/fields';
import { problemSentence } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { Account } from '../protocol';
import { changePhone } from './api';
import { SecretField } from './secret-field';
import { useAccountText } from './text';

/** The refusals that are shown at the field of the number. */
const OF_PHONE = ['bad_phone', 'phone_taken'];

export function PhonePanel({ who, onChange }: { who: Account; onChange: () => void }) {
  const p = useAccountText();
  const [phone, setPhone] = useState('');
  const [password, setPassword] = useState('');
  const [left, setLeft] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const sending = useSending();
  const wrong = wrongMobile(phone);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold(null);
    const done = await sending.send(async () => {
      const changed = await changePhone(who.seat, password, phone);
      setTold(changed.phone);
    });
    if (!done) return;
    setPhone('');
    setPassword('');
    setLeft(false);
    onChange();
  };
  const { refusal } = sending;
  const sentence = refusal && problemSentence(refusal, p);
  const ofPhone = refusal !== null && OF_PHONE.includes(refusal.code);
  const ofPassword = refusal?.code === 'wrong_password';
  const title = who.phone === null ? p.account.setPhone : p.account.changePhone;
  return (
    <section className="panel">
      <h2>{title}</h2>
      <p className="hint">{p.account.changePhoneHint}</p>
      <form className="form" onSubmit={submit} noValidate>
        {told !== null && <Alert tone="good">{p.account.phoneChanged(told)}</Alert>}
        {sentence && !ofPhone && !ofPassword && <Alert>{sentence}</Alert>}
        <TextField
          label={p.account.newPhone}
          value={phone}
          inputMode="tel"
          autoComplete="tel"
          wrong={ofPhone ? sentence : left && wrong ? p.wrong[wrong] : null}
          onBlur={() => setLeft(phone !== '')}
          onChange={setPhone}
        />
        <SecretField
          label={p.signIn.password}
          value={password}
          autoComplete="current-password"
          wrong={ofPassword ? sentence : null}
          onChange={setPassword}
        />
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || wrong !== null || password === ''}
          >
            {sending.busy ? p.account.changing : title}
          </button>
        </div>
      </form>
    </section>
  );
}
