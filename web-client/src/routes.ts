/**
 * The address of every page, so that a link and the page it leads to cannot differ. Addresses are written as if the
 * server stood at the root; `base/path` adds what a proxy puts before them. Pure.
 */

/** The first parts of the addresses of pages. The server answers all others with 404. */
export type PageName =
  | 'in'
  | 'invited'
  | 'enrol'
  | 'help'
  | 'replay'
  | 'lesson'
  | 'open'
  | 'operator'
  | 'hours'
  | 'essay'
  | 'essays'
  | 'home'
  | 'survey'
  | 'quiz'
  | 'account'
  | 'office'
  | 'certificate'
  | 'v';

/** The same address for a signed-in person: `seat` is the public name of the session. */
export function as(path: string, seat: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}as=${encodeURIComponent(seat)}`;
}

/** The page for signing in. */
export const FRONT = '/';
/** The front page without its automatic sign-in. */
export const SIGNED_OUT_FRONT = '/?out';
/** The address of an invitation, without its secret. */
export const INVITED = page('invited');

export function homePage(seat: string): string {
  return as(page('home'), seat);
}

export function accountPage(seat: string): string {
  return as(page('account'), seat);
}

/** Whether the page is the only one for people who have a duty to fulfil first. */
export function isAccountPage(url: URL): boolean {
  return url.pathname.startsWith(page('account'));
}

/** The page of a lesson as it is taught. */
export function lessonPage(lesson: string, seat: string): string {
  return as(page('lesson', lesson), seat);
}

/** The page of a lesson's recording. `null` = without a session, for a recording that was published for everybody. */
export function replayPage(lesson: string, seat: string | null): string {
  const path = page('replay', lesson);
  return seat === null ? path : as(path, seat);
}

/** The open catalogue. */
export function openPage(seat: string | null = null): string {
  return seat === null ? page('open') : as(page('open'), seat);
}

/** The best essays, which everybody may read. */
export function openEssaysPage(seat: string | null = null): string {
  const path = page('open', 'essays');
  return seat === null ? path : as(path, seat);
}

/** One of them. */
export function openEssayPage(essay: number, seat: string | null = null): string {
  const path = `${openEssaysPage()}/${essay}`;
  return seat === null ? path : as(path, seat);
}

/** The own account of credit hours; for staff those of a lesson, or the open decisions. */
export function hoursPage(seat: string, lesson: string | null = null): string {
  return as(page('hours', lesson), seat);
}

/** The page on which a trainee writes the essay of a phase. */
export function essayPage(phase: string, seat: string): string {
  return as(page('essay', phase), seat);
}

/** The page on which the essays of a phase are reviewed. */
export function essaysPage(phase: string, seat: string): string {
  return as(page('essays', phase), seat);
}

/** The wall of running classes. */
export function operatorPage(seat: string): string {
  return as(page('operator'), seat);
}

/** Every phase that takes registrations, or the registration for one of them. */
export function enrolPage(phase: string | null = null, seat: string | null = null): string {
  const path = page('enrol', phase);
  return seat === null ? path : as(path, seat);
}

/** The page on which a trainee answers the survey of a phase. */
export function surveyPage(phase: string, seat: string): string {
  return as(page('survey', phase), seat);
}

/** Where a trainee takes the self-test of a phase. */
export function quizPage(phase: string, seat: string): string {
  return as(page('quiz', phase), seat);
}

/** The conclusion of a phase for a trainee, and their certificate. */
export function certificatePage(phase: string, seat: string): string {
  return as(page('certificate', phase), seat);
}

export function helpPage(seat: string | null = null): string {
  return seat === null ? page('help') : as(page('help'), seat);
}

/** A section of the office for one phase, for one of its classes, or for the people who are behind its timetable. */
export function officePage(
  seat: string,
  section: string | null = null,
  of: { phase?: string | null; class?: string; behind?: 'true' } = {},
): string {
  const values = Object.entries(of).filter(([, value]) => value);
  const more = values.map(([name, value]) => `&${name}=${encodeURIComponent(value ?? '')}`);
  return as(page('office', section), seat) + more.join('');
}

/** Signing in again, and coming back to the present page. */
export function signInAgain(url: URL): string {
  return `${FRONT}?back=${encodeURIComponent(url.pathname + url.search)}`;
}

/** The page to come back to: only of this site, and without the session for which it was shown. */
export function backOf(url: URL): string | null {
  const back = url.searchParams.get('back');
  if (back === null || !/^\/[a-z]/.test(back)) return null;
  const from = new URL(back, url.origin);
  if (from.origin !== url.origin) return null;
  from.searchParams.delete('as');
  return from.pathname + from.search;
}

function page(name: PageName, rest: string | null = null): string {
  return rest === null ? `/${name}` : `/${name}/${encodeURIComponent(rest)}`;
}
