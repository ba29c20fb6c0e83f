/** People with accounts: found, invited, invited anew, their roles and state changed with a reason. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatTime } from '../../i18n';
import { TextField } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { useLoaded } from '../../kit/use-loaded';
import type { AccountLine, AccountRole, InvitationMade, RoleGrant } from '../../protocol';
import {
  type AccountFilter,
  accounts,
  inviteAgain,
  revealPhone,
  setAccountState,
  setPhone,
  setRoles,
} from '../api';
import { useDesk, useOwnUnits, useUnitName } from '../desk';
import { Choice } from '../filter-bar';
import { SectionHead } from '../head';
import { Pager, usePages } from '../pager';
import { ReasonButton } from '../reason-button';
import { SearchBar } from '../search-box';
import { PanelTable } from '../table';
import { useOfficeText } from '../text';
import { InvitationDialog, InviteForm } from './invite';
import { ROLES, RoleFields } from './role-fields';

const NOBODY: AccountFilter = { text: '', role: '', unit: '' };

export default function People() {
  const { seat } = useDesk();
  const o = useOfficeText();
  const w = o.people;
  const [filter, setFilter] = useState(NOBODY);
  const pages = usePages<string>();
  const [made, setMade] = useState<{ name: string; link: InvitationMade } | null>(null);
  const load = useCallback(
    (signal: AbortSignal) => accounts(seat, filter, pages.start, signal),
    [seat, filter, pages.start],
  );
  const { value, problem, busy, reload } = useLoaded(load);
  const change = (next: AccountFilter) => {
    setFilter(next);
    pages.reset();
  };
  return (
    <>
      <SectionHead title={w.title} hint={w.hint} />
      <InviteForm
        onMade={(name, link) => {
          setMade({ name, link });
          reload();
        }}
      />
      <PeopleFilter filter={filter} onChange={change} />
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value?.accounts.length === 0 && <p className="panel empty">{w.none}</p>}
      {value && value.accounts.length > 0 && (
        <PeopleTable
          list={value.accounts}
          busy={busy}
          onChange={reload}
          onMade={(name, link) => setMade({ name, link })}
        />
      )}
      {value && <Pager pages={pages} next={value.next} />}
      {made && <InvitationDialog name={made.name} link={made.link} onClose={() => setMade(null)} />}
    </>
  );
}

function PeopleFilter({
  filter,
  onChange,
}: {
  filter: AccountFilter;
  onChange: (filter: AccountFilter) => void;
}) {
  const p = usePortalText();
  const o = useOfficeText();
  const units = useOwnUnits();
  return (
    <SearchBar label={o.people.search} value={filter.text} onFind={(text) => onChange({ ...filter, text })}>
      <Choice
        label={o.people.role}
        value={filter.role}
        onChange={(role) => onChange({ ...filter, role: role as AccountRole | '' })}
      >
        {ROLES.map((role) => [role, p.role[role]])}
      </Choice>
      {units.length > 1 && (
        <Choice label={o.unit} value={filter.unit} onChange={(unit) => onChange({ ...filter, unit })}>
          {units.map(({ code, short }) => [code, short])}
        </Choice>
      )}
    </SearchBar>
  );
}

interface TableProps {
  list: readonly AccountLine[];
  busy: boolean;
  onChange: () => void;
  onMade: (name: string, link: InvitationMade) => void;
}

function PeopleTable({ list, busy, onChange, onMade }: TableProps) {
  const o = useOfficeText();
  const w = o.people;
  return (
    <PanelTable
      label={w.title}
      headings={[w.name, w.login, w.phone, w.role, w.state]}
      actions={o.registrations.actions}
      busy={busy}
    >
      {list.map((one) => (
        <PersonRow key={one.person} one={one} onChange={onChange} onMade={onMade} />
      ))}
    </PanelTable>
  );
}

interface RowProps extends Omit<TableProps, 'list' | 'busy'> {
  one: AccountLine;
}

function PersonRow({ one, onChange, onMade }: RowProps) {
  const p = usePortalText();
  const o = useOfficeText();
  const w = o.people;
  const unitName = useUnitName();
  const grantText = ({ role, unit, class: of }: RoleGrant) =>
    [p.role[role], unit && unitName(unit), of].filter(Boolean).join(' · ');
  const locked = one.locked_until_ms !== null && one.locked_until_ms > Date.now();
  return (
    <tr>
      <th scope="row">{one.name}</th>
      <td>{one.login}</td>
      <td>
        <Phone one={one} />
      </td>
      <td>
        <span className="marks">
          {one.roles.map((grant) => (
            <span key={grantText(grant)} className="mark">
              {grantText(grant)}
            </span>
          ))}
        </span>
      </td>
      <td>
        <span className="marks">
          {one.state === 'frozen' && <span className="mark bad">{w.accountState.frozen}</span>}
          {one.state === 'active' && one.has_password && (
            <span className="mark good">{w.accountState.active}</span>
          )}
          {!one.has_password && <span className="mark fair">{w.invited}</span>}
          {locked && <span className="mark bad">{w.locked(formatTime(one.locked_until_ms ?? 0))}</span>}
          {one.has_second_factor && <span className="mark calm">{w.factor}</span>}
        </span>
      </td>
      <td>
        <PersonActions one={one} onChange={onChange} onMade={onMade} />
      </td>
    </tr>
  );
}

function Phone({ one }: { one: AccountLine }) {
  const { seat, may } = useDesk();
  const o = useOfficeText();
  const [full, setFull] = useState<string | null>(null);
  if (one.phone === null) return <>—</>;
  if (full !== null) return <b>{full}</b>;
  return (
    <span className="row">
      {one.phone}
      {may('reveal') && (
        <ReasonButton
          className="button quiet small"
          title={o.people.revealPhone}
          question={o.record.revealHint}
          send={async (reason) => setFull((await revealPhone(seat, one.person, reason)).text)}
          onDone={() => {}}
        />
      )}
    </span>
  );
}

function PersonActions(props: RowProps) {
  const { one } = props;
  const { who, may } = useDesk();
  const { people: w } = useOfficeText();
  const [open, setOpen] = useState(false);
  if (one.person === who.person) return <span className="hint">{w.yourself}</span>;
  if (!open) {
    return (
      <button
        type="button"
        className="icon-button"
        aria-label={w.actionsOn(one.name)}
        onClick={() => setOpen(true)}
      >
        <Icon name="more" />
      </button>
    );
  }
  return (
    <span className="row">
      <InviteAgainButton {...props} />
      <PhoneButton {...props} />
      {may('set_roles') && (
        <>
          <RolesButton {...props} />
          <StateButton {...props} />
        </>
      )}
    </span>
  );
}

function InviteAgainButton({ one, onMade }: RowProps) {
  const { seat, may } = useDesk();
  const { people: w } = useOfficeText();
  const [forget, setForget] = useState(false);
  return (
    <ReasonButton
      className="button small"
      title={w.again}
      question={w.againHint}
      send={async (reason) => onMade(one.name, await inviteAgain(seat, one.person, forget, reason))}
      chosen={forget}
      onDone={() => {}}
    >
      {may('set_roles') && one.has_second_factor && (
        <label className="switch">
          <input type="checkbox" checked={forget} onChange={(event) => setForget(event.target.checked)} />
          {w.forget}
        </label>
      )}
    </ReasonButton>
  );
}

function PhoneButton({ one, onChange }: RowProps) {
  const { seat } = useDesk();
  const { people: w } = useOfficeText();
  const [phone, setNumber] = useState('');
  return (
    <ReasonButton
      className="button small"
      title={w.setPhone}
      question={w.setPhoneHint}
      send={(reason) => setPhone(seat, one.person, phone, reason)}
      chosen={phone}
      onDone={onChange}
    >
      <TextField label={w.newPhone} value={phone} inputMode="tel" onChange={setNumber} />
    </ReasonButton>
  );
}

function RolesButton({ one, onChange }: RowProps) {
  const { seat } = useDesk();
  const { people: w } = useOfficeText();
  const [grants, setGrants] = useState<RoleGrant[]>(one.roles);
  return (
    <ReasonButton
      className="button small"
      title={w.roles}
      question={w.rolesHint}
      send={(reason) => setRoles(seat, one.person, grants, reason)}
      chosen={grants}
      onDone={onChange}
    >
      <RoleFields grants={grants} onChange={setGrants} />
    </ReasonButton>
  );
}

function StateButton({ one, onChange }: RowProps) {
  const { seat } = useDesk();
  const { people: w } = useOfficeText();
  const frozen = one.state === 'frozen';
  return (
    <ReasonButton
      className={frozen ? 'button small' : 'button small danger-quiet'}
      title={frozen ? w.unfreeze : w.freeze}
      question={frozen ? w.unfreezeAsk : w.freezeAsk}
      danger={!frozen}
      send={(reason) => setAccountState(seat, one.person, frozen ? 'active' : 'frozen', reason)}
      onDone={onChange}
    />
  );
}
