/**
 * The data for every part of the office: the person, and the names of the units; for parts about a phase, the phase
 * too.
 */
import { createContext, useContext } from 'react';
import type { Account, AccountRole, Action, Class, Phase, Programme, Unit } from '../protocol';

export interface Desk {
  who: Account;
  seat: string;
  programmes: readonly Programme[];
  /** The programme of the chosen phase, else the first one. */
  programme: Programme;
  units: readonly Unit[];
  may: (action: Action) => boolean;
  /** Called when a programme, phase or unit was changed. */
  reload: () => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('a part of the office stands outside of it');
  return desk;
}

export const PhaseContext = createContext<Phase | null>(null);

/** The chosen phase, for the sections that are about one. */
export function usePhase(): Phase {
  const phase = useContext(PhaseContext);
  if (!phase) throw new Error('a part of a phase stands outside of it');
  return phase;
}

export function useUnitName(): (code: string) => string {
  const { units } = useDesk();
  return (code) => units.find((unit) => unit.code === code)?.short ?? code;
}

/** The roles that see the people of every unit. */
const OF_ALL: readonly AccountRole[] = ['training_admin', 'auditor', 'security_admin'];

export function reachesAll({ roles }: Account): boolean {
  return roles.some(({ role }) => OF_ALL.includes(role));
}

/** Whether the person works with seats of units at all; one who looks after a class does not. */
export function hasUnits(who: Account): boolean {
  return reachesAll(who) || who.roles.some(({ unit }) => unit !== null);
}

/** The units whose people the person sees. */
export function useOwnUnits(): readonly Unit[] {
  const { units, who } = useDesk();
  const own = who.roles.map(({ unit }) => unit);
  return reachesAll(who) ? units : units.filter(({ code }) => own.includes(code));
}

/** The classes of a phase that concern the person: one who looks after some has only these. */
export function ownClasses(who: Account, all: readonly Class[]): readonly Class[] {
  if (hasUnits(who)) return all;
  return all.filter(({ id }) => who.roles.some((role) => role.class === id));
}
