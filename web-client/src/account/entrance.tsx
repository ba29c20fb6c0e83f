/** `/`: signing in, and the ways in for people without an account. */
import { useEffect, useState } from 'react';
import { at } from '../base/path';
import { Alert, Portal } from '../kit/shell';
import { useText } from '../kit/text';
import { backOf, enrolPage, helpPage, openPage } from '../routes';
import { account } from './api';
import { SeatList } from './seat-list';
import { SignInForm } from './sign-in-form';
import { useAccountText } from './text';
import { useLivingSeats } from './use-living-seats';
import { firstPageOf, rememberAccount, rememberedAccount } from './where';

export default function EntrancePage({ address }: { address: URL }) {
  const { t } = useText();
  const p = useAccountText();
  // A visitor of another page whose address names no seat comes back to that page.
  const back = backOf(address) ?? (address.pathname === '/' ? null : address.pathname + address.search);
  useStillSignedIn(back);
  return (
    <Portal title={p.signIn.title}>
      <main className="door">
        <div className="door-brand">
          <img src="/icons/icon.svg" alt="" width="64" height="64" />
          <h2 className="hint">{p.signIn.welcome}</h2>
        </div>
        {address.searchParams.has('out') && (
          <div className="below">
            <Alert tone="good">{p.signIn.signedOut}</Alert>
          </div>
        )}
        <div className="card">
          <SignInForm
            onDone={(who) => {
              rememberAccount(who.seat, localStorage);
              location.replace(at(firstPageOf(who, back)));
            }}
          />
          <details>
            <summary>{p.signIn.forgot}</summary>
            <p className="hint">{p.signIn.forgotText}</p>
          </details>
        </div>
        <section className="below panel">
          <h2>{p.signIn.first}</h2>
          <p className="hint">{p.signIn.firstText}</p>
          <a className="button" href={enrolPage()}>
            {p.signIn.enrol}
          </a>
          <p className="hint">{p.signIn.link}</p>
        </section>
        <WayBack title={p.signIn.back} />
        <a href={openPage()}>{p.signIn.open}</a>
        <a href={helpPage()}>{p.signIn.help}</a>
        <p className="unseen">{t.app}</p>
      </main>
    </Portal>
  );
}

function WayBack({ title }: { title: string }) {
  const seats = useLivingSeats();
  if (seats.length === 0) return null;
  return (
    <section className="below column">
      <h2>{title}</h2>
      <SeatList seats={seats} />
    </section>
  );
}

/** Goes on without a sign-in for a person who is still signed in on this device. */
function useStillSignedIn(back: string | null): void {
  const [seat] = useState(() => rememberedAccount(localStorage));
  useEffect(() => {
    if (seat === null) return;
    account(seat).then(
      (who) => location.replace(at(firstPageOf(who, back))),
      () => rememberAccount(null, localStorage),
    );
  }, [seat, back]);
}
