/** What every part of the office knows: who works, on which phase, and the names of the units. */
import { createContext, useContext } from 'react';
import type { Account, AccountRole, Action, Class, Phase, Programme, Unit } from '../../protocol';

export interface Desk {
  who: Account;
  seat: string;
  programmes: readonly Programme[];
  programme: Programme;
  phase: Phase;
  units: readonly Unit[];
  may: (action: Action) => boolean;
  /** Something about programmes, phases or units was changed. */
  reload: () => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('a part of the office stands outside of it');
  return desk;
}

export function useUnitName(): (code: string) => string {
  const { units } = useDesk();
  return (code) => units.find((unit) => unit.code === code)?.short ?? code;
}

/** Roles that see the people of every unit. */
const OF_ALL: readonly AccountRole[] = ['training_admin', 'auditor', 'security_admin'];

function reachesAll({ roles }: Account): boolean {
  return roles.some(({ role }) => OF_ALL.includes(role));
}

/** Works with seats of units at all; who looks after a class does not. */
export function hasUnits(who: Account): boolean {
  return reachesAll(who) || who.roles.some(({ unit }) => unit !== null);
}

/** The units whose people one sees. */
export function useOwnUnits(): readonly Unit[] {
  const { units, who } = useDesk();
  const own = who.roles.map(({ unit }) => unit);
  return reachesAll(who) ? units : units.filter(({ code }) => own.includes(code));
}

/** Of the classes of a phase those that one has to do with: who looks after some, has only these. */
export function ownClasses(who: Account, all: readonly Class[]): readonly Class[] {
  if (hasUnits(who)) return all;
  return all.filter(({ id }) => who.roles.some((role) => role.class === id));
}
