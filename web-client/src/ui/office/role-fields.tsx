/** Roles of a person, each over its unit or class. */
import { useState } from 'react';
import type { AccountRole, RoleGrant } from '../../protocol';
import { Icon } from '../icons';
import { SelectField, TextField } from '../portal/field';
import { usePortalText } from '../portal/text';
import { useDesk, useUnitName } from './desk';
import { useOfficeText } from './text';

export const ROLES: readonly AccountRole[] = [
  'trainee',
  'instructor',
  'class_admin',
  'unit_admin',
  'training_admin',
  'operator',
  'auditor',
  'system_admin',
  'security_admin',
  'audit_admin',
];

/** Roles that this person may give at all; the server has the last word. */
export function useGivenRoles(): readonly AccountRole[] {
  const { may, who } = useDesk();
  if (may('set_roles')) return ROLES;
  const trains = who.roles.some(({ role }) => role === 'training_admin');
  return trains ? ['instructor', 'trainee'] : ['trainee'];
}

interface Props {
  grants: readonly RoleGrant[];
  onChange: (grants: RoleGrant[]) => void;
}

export function RoleFields({ grants, onChange }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const { units } = useDesk();
  const unitName = useUnitName();
  const given = useGivenRoles();
  const [role, setRole] = useState<AccountRole | ''>('');
  const [unit, setUnit] = useState('');
  const [of, setOf] = useState('');
  const needsUnit = role === 'unit_admin';
  const needsClass = role === 'class_admin';
  const ready = role !== '' && (!needsUnit || unit !== '') && (!needsClass || of.trim() !== '');
  const textOf = (grant: RoleGrant) =>
    [p.role[grant.role], grant.unit && unitName(grant.unit), grant.class].filter(Boolean).join(' · ');
  const add = () => {
    if (role === '') return;
    const grant = { role, unit: needsUnit ? unit : null, class: needsClass ? of.trim() : null };
    if (!grants.some((one) => textOf(one) === textOf(grant))) onChange([...grants, grant]);
    setRole('');
  };
  return (
    <fieldset className="column">
      <legend className="label">{o.people.role}</legend>
      <div className="row wrap">
        {grants.map((grant) => (
          <button
            key={textOf(grant)}
            type="button"
            className="button small"
            aria-label={o.people.removeRole(textOf(grant))}
            onClick={() => onChange(grants.filter((one) => one !== grant))}
          >
            {textOf(grant)}
            <Icon name="close" />
          </button>
        ))}
      </div>
      <div className="row wrap end-aligned">
        <SelectField
          label={o.people.addRole}
          value={role}
          onChange={(next) => setRole(next as AccountRole | '')}
        >
          <option value="">{p.choose}</option>
          {given.map((one) => (
            <option key={one} value={one}>
              {p.role[one]}
            </option>
          ))}
        </SelectField>
        {needsUnit && (
          <SelectField label={o.unit} value={unit} onChange={setUnit}>
            <option value="">{p.choose}</option>
            {units.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {needsClass && <TextField label={o.people.ofClass} value={of} onChange={setOf} />}
        <button type="button" className="button" disabled={!ready} onClick={add}>
          {o.people.addRole}
        </button>
      </div>
    </fieldset>
  );
}
