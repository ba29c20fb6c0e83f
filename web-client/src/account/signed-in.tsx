/** The frame of a page for a person with an account: the name, the menu, and duties that come before anything else. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { SIGNED_OUT } from '../api';
import { at, here } from '../base/path';
import { Dialog } from '../kit/dialog';
import { Icon, type IconName } from '../kit/icons';
import { problemSentence } from '../kit/portal-text';
import { Alert, PersonMenu, Portal } from '../kit/shell';
import { useAddress, withParams } from '../kit/use-address';
import { useLoaded } from '../kit/use-loaded';
import type { Account } from '../protocol';
import {
  accountPage,
  helpPage,
  homePage,
  hoursPage,
  isAccountPage,
  officePage,
  operatorPage,
  SIGNED_OUT_FRONT,
  signInAgain,
} from '../routes';
import { account, signOut } from './api';
import { SignInForm } from './sign-in-form';
import { useAccountText } from './text';
import { firstPageOf, hasOffice, rememberAccount } from './where';

interface Props {
  seat: string;
  title: string;
  nav?: (who: Account) => ReactNode;
  children: (who: Account, reload: () => void) => ReactNode;
}

export function SignedIn({ seat: first, title, nav, children }: Props) {
  const p = useAccountText();
  /** The seat changes when the person signs in again; the page below stays, and nothing that was typed is lost. */
  const [seat, setSeat] = useState(first);
  const load = useCallback((signal: AbortSignal) => account(seat, signal), [seat]);
  const { value: who, problem, reload } = useLoaded(load);
  const must = who !== null && who.must.length > 0 && !isAccountPage(here());
  useEffect(() => {
    if (must) location.replace(at(accountPage(seat)));
  }, [must, seat]);

  if (who && !must) {
    return (
      <Portal home={firstPageOf(who)} title={title} nav={nav?.(who)} menu={<Menu who={who} />}>
        {children(who, reload)}
        <AgainDialog who={who} onDone={setSeat} />
      </Portal>
    );
  }
  return (
    <Portal title={title}>
      <main className="portal-main">
        {problem ? <Trouble problem={problem} onRetry={reload} /> : <p role="status">{p.loading}</p>}
      </main>
    </Portal>
  );
}

/**
 * The dialog for administrators, who are signed out after ten minutes without a request: the page stays, and they sign
 * in over it.
 */
function AgainDialog({ who, onDone }: { who: Account; onDone: (seat: string) => void }) {
  const p = useAccountText();
  const { url, go } = useAddress();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const out = (event: Event) => event instanceof CustomEvent && event.detail === who.seat && setOpen(true);
    window.addEventListener(SIGNED_OUT, out);
    return () => window.removeEventListener(SIGNED_OUT, out);
  }, [who.seat]);
  const done = (next: Account) => {
    rememberAccount(next.seat, localStorage);
    if (next.person !== who.person) return location.replace(at(firstPageOf(next)));
    setOpen(false);
    go(withParams(url, { as: next.seat }), true);
    onDone(next.seat);
  };
  if (!open) return null;
  return (
    <Dialog title={p.again.title} onClose={() => setOpen(false)}>
      <p>{p.again.text}</p>
      <SignInForm onDone={done} />
    </Dialog>
  );
}

/** The reason for which a page, or a part of it, cannot be shown. */
export function Trouble({ problem, onRetry }: { problem: string; onRetry: () => void }) {
  const p = useAccountText();
  const final = ['not_found', 'not_allowed', 'signed_out'].includes(problem);
  return (
    <section className="panel">
      <Alert>{problemSentence(problem, p)}</Alert>
      {problem === 'signed_out' && (
        <a className="button primary" href={signInAgain(here())}>
          {p.signInAgain}
        </a>
      )}
      {!final && (
        <button type="button" className="button" onClick={onRetry}>
          {p.refresh}
        </button>
      )}
    </section>
  );
}

function Menu({ who }: { who: Account }) {
  const p = useAccountText();
  const { seat } = who;
  const roles = [...new Set(who.roles.map(({ role }) => p.role[role]))].join(' · ');
  const leave = async () => {
    await signOut(seat).catch(() => {}); // Offline: the cookie stays, but this page forgets who it was.
    rememberAccount(null, localStorage);
    location.replace(at(SIGNED_OUT_FRONT));
  };
  return (
    <PersonMenu name={who.name} note={roles}>
      <nav className="menu">
        <MenuLink href={homePage(seat)} icon="calendar" text={p.nav.home} />
        {who.roles.some(({ role }) => role === 'trainee') && (
          <MenuLink href={hoursPage(seat)} icon="clock" text={p.nav.hours} />
        )}
        {hasOffice(who) && <MenuLink href={officePage(seat)} icon="list" text={p.nav.office} />}
        {who.may.includes('see_load') && (
          <MenuLink href={operatorPage(seat)} icon="signal" text={p.nav.wall} />
        )}
        <MenuLink href={accountPage(seat)} icon="settings" text={p.nav.account} />
        <MenuLink href={helpPage(seat)} icon="help" text={p.nav.help} />
        <button type="button" className="menu-item" onClick={() => void leave()}>
          <Icon name="leave" />
          {p.account.signOut}
        </button>
      </nav>
    </PersonMenu>
  );
}

function MenuLink({ href, icon, text }: { href: string; icon: IconName; text: string }) {
  return (
    <a className="menu-item" href={href}>
      <Icon name={icon} />
      {text}
    </a>
  );
}
