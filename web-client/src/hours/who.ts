/** The account behind an hours page; null for people of a one-click link. */
import { createContext, useContext } from 'react';
import { account } from '../account/api';
import { administers, rememberedAccount } from '../account/where';
import { me } from '../api';
import type { Account, Me } from '../protocol';

export interface Who {
  person: Me;
  account: Account | null;
}

export const AccountContext = createContext<Account | null>(null);

/** Whether the page stands in the office, which has a head and a way home of its own. */
export const FramedContext = createContext(false);

export function useAccount(): Account | null {
  return useContext(AccountContext);
}

export async function whoIs(seat: string, signal: AbortSignal): Promise<Who> {
  const [person, found] = await Promise.all([
    me(seat),
    rememberedAccount(localStorage) === seat ? account(seat, signal) : null,
  ]);
  return { person, account: found };
}

/** Whether the page stands in the office, as it does for people who work there. */
export function isOfOffice({ person, account: of }: Who, lesson: string | null): boolean {
  return of !== null && administers(of) && (lesson !== null || !person.earns_hours);
}
