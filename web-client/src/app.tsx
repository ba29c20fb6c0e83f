/** The page for the address; a dozen addresses need no router. */
import { lazy, type ReactNode, Suspense } from 'react';
import { SignInPage } from './account/link';
import { LessonPage } from './class/page';
import type { PageName } from './routes';
import { UnknownPage } from './unknown';

const AccountPage = lazy(() => import('./account/page'));
const CertificatePage = lazy(() => import('./certificate/page'));
const CheckPage = lazy(() => import('./certificate/check'));
const EnrolPage = lazy(() => import('./enrol/page'));
const EssayPage = lazy(() => import('./essay/page'));
const ReviewPage = lazy(() => import('./essay/review/page'));
const EntrancePage = lazy(() => import('./account/entrance'));
const Framed = lazy(() => import('./office/framed'));
const HelpPage = lazy(() => import('./home/help'));
const HomePage = lazy(() => import('./home/page'));
const HoursPage = lazy(() => import('./hours/page'));
const InvitedPage = lazy(() => import('./account/invited'));
const OfficePage = lazy(() => import('./office/page'));
const OpenEssayPage = lazy(() => import('./open/essay'));
const OpenEssaysPage = lazy(() => import('./open/essays'));
const OpenPage = lazy(() => import('./open/page'));
const OperatorPage = lazy(() => import('./operator/page'));
const QuizPage = lazy(() => import('./quiz/page'));
const ReplayPage = lazy(() => import('./replay/page'));
const SurveyPage = lazy(() => import('./survey/page'));

/** The page for each first part of an address; nothing where the address says too little for one. */
const PAGES: Record<
  PageName,
  (second: string | null, seat: string | null, third: string | null) => ReactNode
> = {
  // Open to everybody.
  in: () => <SignInPage />,
  invited: () => <InvitedPage />,
  enrol: (phase, seat) => <EnrolPage phase={phase} seat={seat} />,
  help: (_, seat) => <HelpPage seat={seat} />,
  open: (part, seat, id) => openPageFor(part, seat, id),
  v: (number) => <CheckPage number={number ?? ''} />,
  replay: (lesson, seat) => lesson && <ReplayPage lesson={lesson} seat={seat} />,
  // For people who are signed in.
  lesson: (lesson, seat) => lesson && seat && <LessonPage lesson={lesson} seat={seat} />,
  operator: (_, seat) => seat && <OperatorPage seat={seat} />,
  hours: (lesson, seat) => seat && <HoursPage lesson={lesson} seat={seat} frame={Framed} />,
  essay: (phase, seat) => phase && seat && <EssayPage phase={phase} seat={seat} />,
  essays: (phase, seat) => phase && seat && <ReviewPage phase={phase} seat={seat} />,
  home: (_, seat) => seat && <HomePage seat={seat} />,
  quiz: (phase, seat) => phase && seat && <QuizPage phase={phase} seat={seat} />,
  survey: (phase, seat) => phase && seat && <SurveyPage phase={phase} seat={seat} />,
  account: (_, seat) => seat && <AccountPage seat={seat} />,
  certificate: (phase, seat) => phase && seat && <CertificatePage phase={phase} seat={seat} />,
  office: (section, seat) => seat && <OfficePage seat={seat} section={section} />,
};

export function App({ address }: { address: URL }) {
  return <Suspense fallback={null}>{pageFor(address)}</Suspense>;
}

function pageFor(address: URL): ReactNode {
  const seat = address.searchParams.get('as');
  const [first = '', second, third] = address.pathname.split('/').slice(1).map(decoded);
  const page = isPage(first) && PAGES[first](second || null, seat, third || null);
  if (page) return page;
  // Signing in helps where only the seat is missing. Somebody who has one would be sent back here for ever.
  const mayHelp = first === '' || first === 'index.html' || (isPage(first) && seat === null);
  return mayHelp ? <EntrancePage address={address} /> : <UnknownPage seat={seat} />;
}

/** The pages below the open catalogue. */
function openPageFor(part: string | null, seat: string | null, id: string | null): ReactNode {
  if (part === null) return <OpenPage seat={seat} />;
  if (part !== 'essays') return <UnknownPage seat={seat} />;
  return id === null ? <OpenEssaysPage seat={seat} /> : <OpenEssayPage id={id} seat={seat} />;
}

function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name);
}

/** Decodes a part of an address; a mistyped address is no reason to show nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
