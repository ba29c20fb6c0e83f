/** The page for the address; a dozen addresses need no router. */
import { lazy, type ReactNode, Suspense } from 'react';
import { LessonPage } from './pages/lesson';
import { SignInPage } from './pages/sign-in';
import { UnknownPage } from './pages/unknown';

const AccountPage = lazy(() => import('./account/page'));
const EnrolPage = lazy(() => import('./enrol/page'));
const EntrancePage = lazy(() => import('./account/entrance'));
const HelpPage = lazy(() => import('./home/help'));
const HomePage = lazy(() => import('./home/page'));
const HoursPage = lazy(() => import('./hours/page'));
const InvitedPage = lazy(() => import('./account/invited'));
const OfficePage = lazy(() => import('./office/page'));
const OperatorPage = lazy(() => import('./pages/operator'));
const ReplayPage = lazy(() => import('./replay/page'));

/** First parts of the addresses that lead somewhere; the server answers every other one with 404. */
const KNOWN = ['', 'index.html', 'lesson', 'operator', 'hours', 'home', 'account', 'office', 'replay'];

export function App({ address }: { address: URL }) {
  return <Suspense fallback={null}>{pageFor(address)}</Suspense>;
}

function pageFor(address: URL): ReactNode {
  const seat = address.searchParams.get('as');
  const [first, second] = address.pathname.split('/').slice(1).map(decoded);
  // Links, registration and help are open to everybody.
  switch (first) {
    case 'in':
      return <SignInPage />;
    case 'invited':
      return <InvitedPage />;
    case 'enrol':
      return <EnrolPage phase={second || null} seat={seat} />;
    case 'help':
      return <HelpPage seat={seat} />;
    case 'replay':
      if (second) return <ReplayPage lesson={second} seat={seat} />;
  }
  if (!KNOWN.includes(first ?? '')) return <UnknownPage seat={seat} />;
  if (!seat) return <EntrancePage address={address} />;
  switch (first) {
    case 'lesson':
      if (second) return <LessonPage lesson={second} seat={seat} />;
      break;
    case 'operator':
      return <OperatorPage seat={seat} />;
    case 'hours':
      return <HoursPage lesson={second || null} seat={seat} />;
    case 'home':
      return <HomePage seat={seat} />;
    case 'account':
      return <AccountPage seat={seat} />;
    case 'office':
      return <OfficePage seat={seat} section={second || null} />;
  }
  return <EntrancePage address={address} />;
}

/** An address that was mistyped is no reason to show nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
