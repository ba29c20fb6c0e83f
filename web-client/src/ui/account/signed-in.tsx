/** A page for somebody with an account: who it is, the menu, and what has to be done before anything else. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { account, signOut } from '../../account/api';
import { as, firstPageOf, hasOffice, rememberAccount, signInAgain } from '../../account/where';
import { SIGNED_OUT } from '../../api';
import { at, here } from '../../base/path';
import type { Account } from '../../protocol';
import { hoursOf } from '../../seats';
import { Icon, type IconName } from '../icons';
import { Dialog } from '../portal/dialog';
import { Alert, PersonMenu, Portal } from '../portal/shell';
import { problemSentence, usePortalText } from '../portal/text';
import { useAddress, withParams } from '../portal/use-address';
import { useLoaded } from '../use-loaded';
import { SignInForm } from './sign-in-form';

interface Props {
  seat: string;
  title: string;
  nav?: (who: Account) => ReactNode;
  children: (who: Account, reload: () => void) => ReactNode;
}

export function SignedIn({ seat: first, title, nav, children }: Props) {
  const p = usePortalText();
  /** Another one once the person has signed in again; what is below stays, and nothing that was typed is lost. */
  const [seat, setSeat] = useState(first);
  const load = useCallback((signal: AbortSignal) => account(seat, signal), [seat]);
  const { value: who, problem, reload } = useLoaded(load);
  const must = who !== null && who.must.length > 0 && !here().pathname.startsWith('/account');
  useEffect(() => {
    if (must) location.replace(at(as('/account', seat)));
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

/** Administrators are signed out after ten minutes without a request: the page stays, and one signs in over it. */
function AgainDialog({ who, onDone }: { who: Account; onDone: (seat: string) => void }) {
  const p = usePortalText();
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

/** Why a page, or a part of it, cannot be shown. */
export function Trouble({ problem, onRetry }: { problem: string; onRetry: () => void }) {
  const p = usePortalText();
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
  const p = usePortalText();
  const { seat } = who;
  const roles = [...new Set(who.roles.map(({ role }) => p.role[role]))].join(' · ');
  const leave = async () => {
    await signOut(seat).catch(() => {}); // Offline: the cookie stays, but this page forgets who it was.
    rememberAccount(null, localStorage);
    location.replace(at('/?out'));
  };
  return (
    <PersonMenu name={who.name} note={roles}>
      <nav className="menu">
        <MenuLink href={as('/home', seat)} icon="calendar" text={p.nav.home} />
        {who.roles.some(({ role }) => role === 'trainee') && (
          <MenuLink href={hoursOf(seat)} icon="clock" text={p.nav.hours} />
        )}
        {hasOffice(who) && <MenuLink href={as('/office', seat)} icon="list" text={p.nav.office} />}
        {who.may.includes('see_load') && (
          <MenuLink href={as('/operator', seat)} icon="signal" text={p.nav.wall} />
        )}
        <MenuLink href={as('/account', seat)} icon="settings" text={p.nav.account} />
        <MenuLink href={as('/help', seat)} icon="help" text={p.nav.help} />
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
