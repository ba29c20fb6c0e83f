/** The accounts' side of the REST interface: signing in and the own account. */
import { ask, askAs } from '../api';
import type { Account, Invited, NewAccount, PasswordSignIn, RecoveryCodes, TotpSetup } from '../protocol';

function post<T>(path: string, body: unknown): Promise<T> {
  return ask(path, { method: 'POST', body: JSON.stringify(body) });
}

export function signInWith(signIn: PasswordSignIn): Promise<Account> {
  return post('/api/account/sign-in', signIn);
}

export function makeAccount(account: NewAccount): Promise<Account> {
  return post('/api/account/new', account);
}

export function account(seat: string, signal?: AbortSignal): Promise<Account> {
  return askAs(seat, '/api/account', signal && { signal });
}

export function lookAtInvitation(secret: string): Promise<Invited> {
  return post('/api/account/invitation/look', { secret });
}

export function acceptInvitation(secret: string, password: string): Promise<Account> {
  return post('/api/account/invitation', { secret, password });
}

export function changePassword(seat: string, old: string, next: string): Promise<void> {
  return askAs(seat, '/api/account/password', { body: { old, new: next } });
}

export function changePhone(seat: string, password: string, phone: string): Promise<Account> {
  return askAs(seat, '/api/account/phone', { body: { password, phone } });
}

export function startTotp(seat: string, password: string, code: string): Promise<TotpSetup> {
  return askAs(seat, '/api/account/totp', { body: code === '' ? { password } : { password, code } });
}

export function confirmTotp(seat: string, code: string): Promise<RecoveryCodes> {
  return askAs(seat, '/api/account/totp/confirm', { body: { code } });
}

export function signOut(seat: string): Promise<void> {
  return askAs(seat, '/api/sign-out', { method: 'POST' });
}

export function signOutEverywhere(seat: string): Promise<void> {
  return askAs(seat, '/api/account/sign-out-everywhere', { method: 'POST' });
}
