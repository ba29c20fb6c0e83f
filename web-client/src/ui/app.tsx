/** The page for the address; six addresses need no router. */
import { lazy, Suspense } from 'react';
import { HomePage } from './pages/home';
import { LessonPage } from './pages/lesson';
import { SignInPage } from './pages/sign-in';

const ReplayPage = lazy(() => import('./replay/page'));
const HoursPage = lazy(() => import('./hours/page'));
const OperatorPage = lazy(() => import('./pages/operator'));

export function App({ address }: { address: URL }) {
  const seat = address.searchParams.get('as');
  const [, first, second] = address.pathname.split('/');
  if (first === 'in') return <SignInPage />;
  if (first === 'lesson' && second && seat) {
    return <LessonPage lesson={decodeURIComponent(second)} seat={seat} />;
  }
  if (first === 'operator' && seat) {
    return (
      <Suspense fallback={null}>
        <OperatorPage seat={seat} />
      </Suspense>
    );
  }
  if (first === 'replay' && second) {
    return (
      <Suspense fallback={null}>
        <ReplayPage lesson={decodeURIComponent(second)} seat={seat} />
      </Suspense>
    );
  }
  if (first === 'hours' && seat) {
    return (
      <Suspense fallback={null}>
        <HoursPage lesson={second ? decodeURIComponent(second) : null} seat={seat} />
      </Suspense>
    );
  }
  return <HomePage />;
}
