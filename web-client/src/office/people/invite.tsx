/** The form for an invitation: the person and the roles; the link is shown once and handed over by people. */
import { type FormEvent, useState } from 'react';
import { CopyButton } from '../../account/totp';
import type { ApiProblem } from '../../api';
import { at } from '../../base/path';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { Dialog } from '../../kit/dialog';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useSending } from '../../kit/use-loaded';
import type { InvitationMade, RoleGrant } from '../../protocol';
import { makePerson } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import { RoleFields } from './role-fields';

const FIELD: Record<string, 'name' | 'login' | 'phone'> = {
  bad_name: 'name',
  bad_login: 'login',
  login_taken: 'login',
  bad_phone: 'phone',
};

export function InviteForm({ onMade }: { onMade: (name: string, link: InvitationMade) => void }) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const w = o.people;
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [phone, setPhone] = useState('');
  const [grants, setGrants] = useState<RoleGrant[]>([]);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const person = { name: name.trim(), login: login.trim().toLowerCase(), roles: grants };
    const done = await sending.send(async () => {
      const link = await makePerson(seat, phone.trim() === '' ? person : { ...person, phone: phone.trim() });
      onMade(person.name, link);
    });
    if (!done) return;
    setName('');
    setLogin('');
    setPhone('');
    setGrants([]);
  };
  const at = (field: string) => told(sending.refusal, field, p);
  const ofField = sending.refusal !== null && FIELD[sending.refusal.code] !== undefined;
  return (
    <details className="panel">
      <summary>{w.add}</summary>
      <Form draft={[name, login, phone, grants]} onSubmit={submit} noValidate>
        <div className="form-row three">
          <TextField label={w.name} value={name} wrong={at('name')} onChange={setName} />
          <TextField
            label={w.login}
            hint={w.loginHint}
            value={login}
            wrong={at('login')}
            onChange={setLogin}
          />
          <TextField
            label={w.phone}
            optional={p.optional}
            inputMode="tel"
            value={phone}
            wrong={at('phone')}
            onChange={setPhone}
          />
        </div>
        <RoleFields grants={grants} onChange={setGrants} />
        {sending.refusal && !ofField && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || name.trim() === '' || login.trim() === '' || grants.length === 0}
          >
            {w.make}
          </button>
        </div>
      </Form>
    </details>
  );
}

function told(refusal: ApiProblem | null, field: string, p: ReturnType<typeof usePortalText>): string | null {
  return refusal && FIELD[refusal.code] === field ? problemSentence(refusal, p) : null;
}

interface DialogProps {
  name: string;
  link: InvitationMade;
  onClose: () => void;
}

export function InvitationDialog({ name, link, onClose }: DialogProps) {
  const { language } = useText();
  const o = useOfficeText();
  const address = new URL(at(link.path), location.origin).href;
  const until = `${formatDay(link.expires_at_ms, language)} ${formatTime(link.expires_at_ms)}`;
  return (
    <Dialog title={o.people.linkFor(name)} onClose={onClose}>
      <p className="secret-text">{address}</p>
      <div className="row">
        <CopyButton text={address} />
      </div>
      <Alert tone="calm">{o.people.linkUntil(until)}</Alert>
      <p className="hint">{o.people.hint}</p>
    </Dialog>
  );
}
