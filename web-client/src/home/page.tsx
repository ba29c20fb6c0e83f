/** `/home?as={seat}`: the lesson that is now or next, and everything around it. */
import { useCallback, useEffect, useState } from 'react';
import { SignedIn, Trouble } from '../account/signed-in';
import { LessonChecksPanel } from '../class/checkup/network-checks';
import CheckPanel from '../class/checkup/panel';
import { myRegistrations } from '../enrol/api';
import { RegistrationPanel } from '../enrol/registration';
import { useEnrolText } from '../enrol/text';
import { DutyPanel } from '../essay/duties';
import { useNow } from '../kit/hooks';
import { Icon } from '../kit/icons';
import { usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useLoaded } from '../kit/use-loaded';
import type { Account, Home, MyRegistration, TimetableLesson } from '../protocol';
import { enrolPage, helpPage, hoursPage } from '../routes';
import { SurveyReminder } from '../survey/reminder';
import { Announcements } from './announcements';
import { home } from './api';
import { CalendarPanel } from './calendar';
import { GoalPanels } from './goals';
import { split } from './lessons';
import { NextLesson } from './next-lesson';
import { SelfStudyPanel } from './self-study';
import { useHomeText } from './text';
import { TimetableList } from './timetable';
import '../enrol/enrol.css';
import './home.css';

export default function HomePage({ seat }: { seat: string }) {
  const { home: words } = useHomeText();
  return (
    <SignedIn seat={seat} title={words.title}>
      {(who) => <OfAccount who={who} />}
    </SignedIn>
  );
}

/** The interval between requests: the timetable may change, and nobody need reload the page for it. */
const AGAIN_MS = 60_000;

function OfAccount({ who }: { who: Account }) {
  const p = usePortalText();
  const { home: words } = useHomeText();
  const load = useCallback(
    async (signal: AbortSignal) => ({ home: await home(who.seat, signal), atMs: Date.now() }),
    [who.seat],
  );
  const { value, problem, reload } = useLoaded(load);
  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && reload();
    const timer = setInterval(again, AGAIN_MS);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [reload]);
  const now = useNow(1000);
  if (!value) {
    return (
      <main className="portal-main">
        {problem ? <Trouble problem={problem} onRetry={reload} /> : <p role="status">{p.loading}</p>}
      </main>
    );
  }
  if (problem === 'signed_out') {
    return (
      <main className="portal-main">
        <Trouble problem={problem} onRetry={reload} />
      </main>
    );
  }
  // By the server's clock; that of this device may be wrong.
  const serverNow = now + value.home.now_ms - value.atMs;
  return (
    <Shown
      who={who}
      home={value.home}
      nowMs={serverNow}
      isOld={problem !== null}
      onChange={reload}
      words={words}
    />
  );
}

/** Whether the person enters as an instructor or class administrator, who sees whose network needs help. */
function isStaffOf({ enter_as: role }: TimetableLesson): boolean {
  return role === 'instructor' || role === 'operator';
}

interface ShownProps {
  who: Account;
  home: Home;
  nowMs: number;
  isOld: boolean;
  onChange: () => void;
  words: ReturnType<typeof useHomeText>['home'];
}

function Shown({ who, home: of, nowMs, isOld, onChange, words }: ShownProps) {
  const { coming, past } = split(of.timetable, nowMs);
  const isTrainee = who.roles.some(({ role }) => role === 'trainee');
  return (
    <main className="portal-main home">
      <h1 className="unseen">{words.hello(who.name)}</h1>
      {isOld && <Alert tone="fair">{words.old}</Alert>}
      <NextLesson lesson={of.now_or_next} nowMs={nowMs} seat={who.seat} />
      <GoalPanels goals={of.goals} nowMs={nowMs} seat={who.seat} />
      <SelfStudyPanel studies={of.studies} nowMs={nowMs} seat={who.seat} />
      {of.now_or_next && isStaffOf(of.now_or_next) && (
        <LessonChecksPanel seat={who.seat} lesson={of.now_or_next.lesson} className="panel" />
      )}
      {who.may.includes('review_essays') && <DutyPanel seat={who.seat} />}
      {isTrainee && <SurveyReminder seat={who.seat} nowMs={nowMs} />}
      {isTrainee && <Registrations seat={who.seat} placed={of.timetable.length + of.studies.length > 0} />}
      <Announcements list={of.announcements} />
      <TimetableList coming={coming} past={past} nowMs={nowMs} seat={who.seat} />
      <CheckPanel seat={who.seat} lesson={of.now_or_next?.lesson ?? null} />
      <CalendarPanel seat={who.seat} has={of.has_calendar} onChange={onChange} />
      <nav className="home-links">
        {isTrainee && (
          <a className="button" href={hoursPage(who.seat)}>
            <Icon name="clock" />
            {words.hours}
          </a>
        )}
        <a className="button" href={helpPage(who.seat)}>
          <Icon name="help" />
          {words.help}
        </a>
      </nav>
      {of.help.contacts.length > 0 && <p className="hint home-contact">{of.help.contacts.join(' · ')}</p>}
    </main>
  );
}

/** The registrations that still need attention; a person who has a class and a timetable looks at that. */
function Registrations({ seat, placed }: { seat: string; placed: boolean }) {
  const { mine: words } = useEnrolText();
  const load = useCallback((signal: AbortSignal) => myRegistrations(seat, signal), [seat]);
  const { value, reload } = useLoaded(load);
  const [changed, setChanged] = useState<MyRegistration | null>(null);
  if (!value) return null;
  const all = value.map((one) => (one.id === changed?.id ? changed : one));
  const settled = (one: MyRegistration) => ['placed', 'active', 'completed', 'withdrawn'].includes(one.state);
  const waiting = all.filter((one) => !settled(one) || one.may_choose_class);
  const rest = all.filter((one) => !waiting.includes(one));
  return (
    <>
      {all.length === 0 && !placed && (
        <section className="panel">
          <p>{words.none}</p>
          <div className="row">
            <a className="button primary" href={enrolPage(null, seat)}>
              {words.toEnrol}
            </a>
          </div>
        </section>
      )}
      {waiting.map((one) => (
        <RegistrationPanel
          key={one.id}
          seat={seat}
          mine={one}
          onChange={(now) => {
            setChanged(now);
            reload();
          }}
        />
      ))}
      {rest.length > 0 && (
        <details className="panel">
          <summary>
            {words.title} ({rest.length})
          </summary>
          {rest.map((one) => (
            <RegistrationPanel key={one.id} seat={seat} mine={one} onChange={setChanged} />
          ))}
          <a href={enrolPage(null, seat)}>{words.toEnrol}</a>
        </details>
      )}
    </>
  );
}
