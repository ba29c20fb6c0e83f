/** `/lesson/{id}?as={seat}`: finds out who this tab is, opens the lesson, shows the page of that role. */
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { ApiProblem, me } from '../../api';
import { Lesson } from '../../lesson';
import type { Me, Want } from '../../protocol';
import { rememberSeat } from '../../seats';
import { useLessonView, useMedia, useRemembered, useWakeLock } from '../hooks';
import type { CheckResult } from '../parts/device-check';
import { Ended } from '../parts/ended';
import { HomeLink } from '../parts/home-link';
import { OverScreen } from '../parts/over';
import { useText } from '../text';
import { ToastProvider } from '../toasts';
import { Lobby } from './lobby';
import { Note } from './note';
import TraineePage from './trainee';

// Trainees on phones never load what only staff need.
const InstructorPage = lazy(() => import('./instructor'));
const DeviceCheckPage = lazy(() => import('../parts/device-check').then((m) => ({ default: m.DeviceCheck })));

export function LessonPage({ lesson, seat }: { lesson: string; seat: string }) {
  const { t } = useText();
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
      <Note title={t.over.titleElse} text={words[problem] ?? t.over.other}>
        {!final && (
          <button type="button" className="button primary large" onClick={() => setAttempt(attempt + 1)}>
            {t.retry}
          </button>
        )}
        {problem === 'ended' && <Ended lesson={lesson} seat={seat} onBack={() => setAttempt(attempt + 1)} />}
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
  const { t } = useText();
  const onPhone = useMedia('(pointer: coarse) and (max-width: 900px)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: turning the phone must not open a second lesson
  const lesson = useMemo(() => new Lesson(person, id, firstWant(), onPhone), [person, id]);
  const view = useLessonView(lesson);
  const entered = `${ENTERED}${id}.${person.seat}`;
  const [checked, setChecked] = useState(
    () => person.role !== 'instructor' || sessionStorage.getItem(entered) !== null,
  );
  // Told once on each device, and again when the rules change; a reload in the middle of a class costs no time.
  const rules = person.role === 'trainee' ? person.rules : null;
  const rulesKey = `${RULES_READ}${id}.${person.seat}`;
  const [rulesRead, setRulesRead] = useRemembered(rulesKey, [rules?.policy_version ?? ''], 'none');
  const mayEnter = checked && (rules === null || rulesRead !== 'none');
  useWakeLock(mayEnter && view.signal.is !== 'over');

  useEffect(() => {
    if (!mayEnter) return;
    lesson.start();
    reopenDevices(lesson, sessionStorage.getItem(entered));
  }, [mayEnter, lesson, entered]);

  // A reload in the middle of a class must bring the devices back without the check.
  const { mic, camera } = view.local;
  const over = view.signal.is === 'over'; // What closes then is opened again when the class goes on.
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
  if (view.signal.is === 'over') return <OverScreen lesson={lesson} why={view.signal.why} room={room} />;
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

/** Who asked the browser to save data gets the main picture only; the switch changes it at any time. */
function firstWant(): Want {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData ? 'main' : 'all';
}
