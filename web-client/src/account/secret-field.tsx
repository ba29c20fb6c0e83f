/** A password field whose text can be shown while it is typed, and one for a new password with its rules. */
import { useState } from 'react';
import { TextField } from '../kit/field';
import { Icon } from '../kit/icons';
import { leastLength, type PasswordRule, passwordIsGood, passwordRules } from './password';
import { useAccountText } from './text';

interface SecretProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  wrong?: string | null;
  onBlur?: () => void;
}

export function SecretField({ wrong = null, ...props }: SecretProps) {
  const p = useAccountText();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      wrong={wrong}
      type={shown ? 'text' : 'password'}
      after={
        <button
          type="button"
          className="icon-button"
          aria-label={shown ? p.hide : p.show}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} />
        </button>
      }
    />
  );
}

export interface NewSecret {
  first: string;
  again: string;
}

export const noSecret: NewSecret = { first: '', again: '' };

export function secretIsGood(
  { first, again }: NewSecret,
  isAdmin: boolean,
  personal: readonly string[],
): boolean {
  return first === again && passwordIsGood(first, isAdmin, personal);
}

interface NewSecretProps {
  value: NewSecret;
  onChange: (value: NewSecret) => void;
  isAdmin: boolean;
  /** Words that the password must not hold. */
  personal: readonly string[];
  /** The reason for which the server did not take it. */
  wrong?: string | null;
}

export function NewSecretFields({ value, onChange, isAdmin, personal, wrong = null }: NewSecretProps) {
  const { password } = useAccountText();
  const [left, setLeft] = useState(false);
  const differ = left && value.again !== '' && value.first !== value.again;
  return (
    <>
      <SecretField
        label={password.new}
        value={value.first}
        autoComplete="new-password"
        wrong={wrong}
        onChange={(first) => onChange({ ...value, first })}
      />
      <PasswordRules password={value.first} isAdmin={isAdmin} personal={personal} />
      <SecretField
        label={password.again}
        value={value.again}
        autoComplete="new-password"
        wrong={differ ? password.differ : null}
        onBlur={() => setLeft(true)}
        onChange={(again) => onChange({ ...value, again })}
      />
    </>
  );
}

function PasswordRules({
  password,
  isAdmin,
  personal,
}: {
  password: string;
  isAdmin: boolean;
  personal: readonly string[];
}) {
  const p = useAccountText();
  const words: Record<PasswordRule, string> = {
    length: p.password.length(leastLength(isAdmin)),
    classes: p.password.classes,
    personal: p.password.personal,
  };
  return (
    <ul className="rules-list" aria-label={p.password.rules}>
      {passwordRules(password, isAdmin, personal).map(({ rule, met }) => (
        <li key={rule} className={met ? 'met' : ''}>
          <Icon name={met ? 'tick' : 'dot'} />
          {words[rule]}
          <span className="unseen">{met ? p.password.met : p.password.unmet}</span>
        </li>
      ))}
    </ul>
  );
}
