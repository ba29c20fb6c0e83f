/** Roles of a person, each over its unit or class. */
import { useState } from 'react';
import { SelectField, TextField } from '../../kit/field';
import { Icon } from '../../kit/icons';
import { usePortalText } from '../../kit/portal-text';
import { useUnsaved } from '../../kit/unsaved';
import type { AccountRole, RoleGrant } from '../../protocol';
import { useDesk, useOwnUnits, useUnitName } from '../desk';
import { useOfficeText } from '../text';

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

/** The roles that this person may give at all; the server has the last word. */
export function useGivenRoles(): readonly AccountRole[] {
  const { may, who } = useDesk();
  if (may('set_roles')) return ROLES;
  const trains = who.roles.some(({ role }) => role === 'training_admin');
  return trains ? ['instructor', 'trainee'] : ['trainee'];
}

/** The extent of a role. A person whose own reach is a unit gives trainee roles of the unit, never of all. */
function useScopeOf(): (role: AccountRole) => 'unit' | 'class' | null {
  const { may, who } = useDesk();
  const reachesAll = may('set_roles') || who.roles.some(({ role }) => role === 'training_admin');
  return (role) => {
    if (role === 'unit_admin' || (role === 'trainee' && !reachesAll)) return 'unit';
    return role === 'class_admin' ? 'class' : null;
  };
}

interface Props {
  grants: readonly RoleGrant[];
  onChange: (grants: RoleGrant[]) => void;
}

export function RoleFields({ grants, onChange }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const unitName = useUnitName();
  const textOf = (grant: RoleGrant) =>
    [p.role[grant.role], grant.unit && unitName(grant.unit), grant.class].filter(Boolean).join(' · ');
  const add = (grant: RoleGrant) => {
    if (!grants.some((one) => textOf(one) === textOf(grant))) onChange([...grants, grant]);
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
      <AddRole onAdd={add} />
    </fieldset>
  );
}

/** A role to add; it is added as soon as all of it is chosen: one that is chosen and not added would be lost unseen. */
function AddRole({ onAdd }: { onAdd: (grant: RoleGrant) => void }) {
  const p = usePortalText();
  const o = useOfficeText();
  const given = useGivenRoles();
  const scopeOf = useScopeOf();
  const units = useOwnUnits();
  const [role, setRole] = useState<AccountRole | ''>('');
  const [of, setOf] = useState('');
  const scope = role === '' ? null : scopeOf(role);
  useUnsaved(role !== '');
  const add = (grant: RoleGrant) => {
    onAdd(grant);
    setRole('');
    setOf('');
  };
  const chosen = (next: AccountRole) => {
    const only = units.length === 1 ? units[0] : undefined;
    const needs = scopeOf(next);
    if (needs === null) add({ role: next, unit: null, class: null });
    else if (needs === 'unit' && only) add({ role: next, unit: only.code, class: null });
    else setRole(next);
  };
  const addOfClass = () => {
    if (role !== '' && of.trim() !== '') add({ role, unit: null, class: of.trim() });
  };
  return (
    <div className="row wrap end-aligned">
      <SelectField label={o.people.addRole} value={role} onChange={(next) => chosen(next as AccountRole)}>
        <option value="" disabled>
          {p.choose}
        </option>
        {given.map((one) => (
          <option key={one} value={one}>
            {p.role[one]}
          </option>
        ))}
      </SelectField>
      {role !== '' && scope === 'unit' && (
        <SelectField label={o.unit} value="" onChange={(unit) => add({ role, unit, class: null })}>
          <option value="" disabled>
            {p.choose}
          </option>
          {units.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {scope === 'class' && (
        <>
          <TextField label={o.people.ofClass} value={of} onChange={setOf} onBlur={addOfClass} />
          <button type="button" className="button" disabled={of.trim() === ''} onClick={addOfClass}>
            {o.people.addRole}
          </button>
        </>
      )}
    </div>
  );
}
