/** `/lesson/{id}?as={seat}`: finds out the identity of this tab, opens the lesson, shows the page of the role. */
import './styles';
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { HomeLink } from '../account/home-link';
import { rememberSeat } from '../account/seats';
import { ApiProblem, me } from '../api';
import { useMedia, useRemembered, useWakeLock } from '../kit/hooks';
import { Note } from '../kit/note';
import { ToastProvider } from '../kit/toasts';
import type { Me, Want } from '../protocol';
import type { CheckResult } from './devices/device-check';
import { Ended } from './ended';
import { Lesson } from './lesson';
import { Lobby } from './lobby';
import { OverScreen } from './over';
import { useClassText } from './text';
import TraineePage from './trainee';

// Trainees on phones never load the parts that only staff need.
const InstructorPage = lazy(() => import('./instructor'));
const DeviceCheckPage = lazy(() =>
  import('./devices/device-check').then((m) => ({ default: m.DeviceCheck })),
);

export function LessonPage({ lesson, seat }: { lesson: string; seat: string }) {
  const { t } = useClassText();
  const [person, setPerson] = useState<Me | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    setProblem(null);
    me(seat, lesson).then(
      (found) => {
        rememberSeat(found);
        setPerson(found);
      },
      (error: unknown) => setProblem(error instanceof ApiProblem ? error.code : 'network'),
    );
  }, [seat, lesson, attempt]);

  if (problem) {
    const words = t.over as Record<string, string>;
    const final = ['signed_out', 'not_allowed', 'not_found', 'over', 'ended', 'cancelled'].includes(problem);
    return (
      <Note
        title={problem === 'ended' ? t.over.titleEnded : t.over.titleElse}
        text={words[problem] ?? t.over.other}
      >
        {!final && (
          <button type="button" className="button primary large" onClick={() => setAttempt(attempt + 1)}>
            {t.retry}
          </button>
        )}
        {problem === 'ended' && (
          <Ended lesson={lesson} seat={seat} began={null} onBack={() => setAttempt(attempt + 1)} />
        )}
        <HomeLink seat={seat} />
      </Note>
    );
  }
  if (person && person.lesson !== null && person.lesson !== lesson) {
    return <Note title={t.over.titleElse} text={t.over.not_allowed} />;
  }
  if (!person) return <Note title={t.loading} text="" />;
  return (
    <ToastProvider>
      <InLesson person={person} lesson={lesson} />
    </ToastProvider>
  );
}

const ENTERED = 'live-classroom.entered.';
const RULES_READ = 'live-classroom.rules-read.';

function InLesson({ person, lesson: id }: { person: Me; lesson: string }) {
  const { t } = useClassText();
  const onPhone = useMedia('(pointer: coarse) and (max-width: 900px)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: turning the phone must not open a second lesson
  const lesson = useMemo(() => new Lesson(person, id, firstWant(), onPhone), [person, id]);
  const view = useSyncExternalStore(lesson.subscribe, lesson.view);
  const entered = `${ENTERED}${id}.${person.seat}`;
  const [checked, setChecked] = useState(
    () => person.role !== 'instructor' || sessionStorage.getItem(entered) !== null,
  );
  // Told once on each device, and again when the rules change; a reload in the middle of a class costs no
  // time.
  const rules = person.role === 'trainee' ? person.rules : null;
  const rulesKey = `${RULES_READ}${id}.${person.seat}`;
  const [rulesRead, setRulesRead] = useRemembered(rulesKey, [rules?.policy_version ?? ''], 'none');
  // The class was over when the page was opened: nothing is made ready, unless the end is taken back.
  const [ended, setEnded] = useState(person.lesson_ended);
  const mayEnter = !ended && checked && (rules === null || rulesRead !== 'none');
  useWakeLock(mayEnter && view.signal.is !== 'over');

  useEffect(() => {
    if (!mayEnter) return;
    lesson.start();
    reopenDevices(lesson, sessionStorage.getItem(entered));
  }, [mayEnter, lesson, entered]);

  // A reload in the middle of a class must bring the devices back without the check.
  const { mic, camera } = view.local;
  const over = ended || view.signal.is === 'over'; // What closes then is opened again when the class goes on.
  useEffect(() => {
    if (over || !checked || person.role !== 'instructor' || mic.busy || camera.busy) return;
    sessionStorage.setItem(
      entered,
      JSON.stringify({ mic: mic.track !== null, camera: camera.track !== null }),
    );
  }, [over, checked, person, entered, mic, camera]);

  const title = person.lesson_title ?? view.classroom.room?.title;
  useEffect(() => {
    document.title = title ? `${title} · ${t.app}` : t.app;
  }, [title, t]);

  const enter = (result: CheckResult) => {
    lesson.publisher.preferred = result.preferred;
    sessionStorage.setItem(entered, JSON.stringify({ mic: result.mic, camera: result.camera }));
    setChecked(true);
  };

  const { room } = view.classroom;
  if (ended) return <OverScreen lesson={lesson} why="ended" room={null} onBack={() => setEnded(false)} />;
  if (view.signal.is === 'over') {
    return <OverScreen lesson={lesson} why={view.signal.why} room={room} onBack={() => lesson.again()} />;
  }
  const waiting = <Note title={person.lesson_title ?? t.app} text={t.loading} />;
  if (!checked) {
    return (
      <Suspense fallback={waiting}>
        <DeviceCheckPage title={person.lesson_title ?? ''} rules={person.rules} onEnter={enter} />
      </Suspense>
    );
  }
  if (!mayEnter && rules) {
    const read = () => setRulesRead(rules.policy_version);
    return (
      <Lobby
        title={person.lesson_title ?? t.app}
        seat={person.seat}
        lesson={id}
        rules={rules}
        onEnter={read}
      />
    );
  }
  if (!room) return waiting;
  const Page = person.role === 'trainee' ? TraineePage : InstructorPage;
  return (
    <Suspense fallback={waiting}>
      <Page lesson={lesson} view={view} room={room} />
    </Suspense>
  );
}

function reopenDevices(lesson: Lesson, kept: string | null): void {
  if (lesson.person.role !== 'instructor' || kept === null) return;
  try {
    const { mic, camera } = JSON.parse(kept) as { mic?: boolean; camera?: boolean };
    if (mic) lesson.publisher.turnOn('mic').catch(() => {});
    if (camera) lesson.publisher.turnOn('camera').catch(() => {});
  } catch {
    // Not ours; the buttons are there.
  }
}

/**
 * The first choice of media: people who asked the browser to save data get the main picture only; the switch changes
 * it at any time.
 */
function firstWant(): Want {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData ? 'main' : 'all';
}
