/** The trainee's page: phone first, the picture on top, everything else below it. */
import { useEffect, useState } from 'react';
import { useSpeaker } from '../kit/toasts';
import { replayPage } from '../routes';
import { Banner } from './banner';
import { BarButton } from './bar-button';
import { ClassCheck } from './checks/class-check';
import { ClassInfo } from './class-info';
import { handIsUp, self } from './classroom';
import { DeviceButton } from './devices/device-button';
import { type PageProps, useFrame } from './frame';
import type { LessonView } from './lesson';
import { QualityPill } from './link/pill';
import { MinutesPill } from './minutes/minutes';
import { NotYet } from './not-yet';
import { ClassPoll } from './polls/class-poll';
import { AudioOut } from './stage/audio';
import { Stage } from './stage/stage';
import { StageSheet } from './stage/stage-sheet';
import { useClassText } from './text';

export default function TraineePage(props: PageProps) {
  const { lesson, view, room } = props;
  const { t } = useClassText();
  const invitation = useInvitation(view);
  const own = self(view.classroom);
  const onStage = own?.on_stage ?? false;
  const cameraAllowed = onStage && (own?.camera_allowed ?? false);
  const handUp = handIsUp(view.classroom);
  const { controls, open, rail } = useFrame(props, {
    firstTab: 'chat',
    shortcuts: ({ toggle, toggleHand }) => ({
      ...(onStage ? { m: () => toggle('mic') } : { r: toggleHand }),
      ...(cameraAllowed ? { v: () => toggle('camera') } : {}),
    }),
  });

  const { unsay } = useSpeaker();
  useEffect(() => {
    if (!handUp) unsay(t.told.handUp); // Called, lowered or taken down: nothing is waited for.
  }, [handUp, unsay, t]);

  const speak = async (withCamera: boolean) => {
    invitation.close();
    await controls.turnOn('mic');
    if (withCamera) await controls.turnOn('camera');
  };
  const stepDown = () => {
    invitation.close();
    if (own) controls.act({ do: 'take_off_stage', participant: own.id });
  };
  const question = invitation.open ? (
    <StageSheet
      camera={cameraAllowed}
      onSpeak={(withCamera) => void speak(withCamera)}
      onDecline={stepDown}
    />
  ) : undefined;

  return (
    <div className="lesson trainee">
      <header className="top">
        <h1>{room.title}</h1>
        <ClassInfo view={view} room={room} />
        <MinutesPill minutes={room.minutes} onOpen={() => open('minutes')} />
        <QualityPill view={view} side="down" onOpen={() => open('network')} />
      </header>
      <main className="picture">
        <Banner view={view} replay={replayPage(room.lesson, lesson.person.seat)} />
        <NotYet view={view} room={room} />
        <Stage lesson={lesson} view={view} room={room} />
        <AudioOut streams={view.incoming.audio} />
      </main>
      {rail({
        staff: false,
        ask: (
          <>
            <ClassCheck lesson={lesson} view={view} />
            <ClassPoll lesson={lesson} view={view} />
          </>
        ),
        question,
      })}
      <nav className="bar" aria-label={t.bar.controls}>
        {onStage ? (
          <>
            <DeviceButton kind="mic" view={view} toggle={controls.toggle} />
            {cameraAllowed && <DeviceButton kind="camera" view={view} toggle={controls.toggle} />}
            <BarButton icon="stageDown" label={t.bar.leaveStage} onClick={stepDown} />
          </>
        ) : (
          <BarButton
            icon="hand"
            label={handUp ? t.bar.handDown : t.bar.hand}
            on={handUp}
            tone="primary"
            keyHint="R"
            onClick={controls.toggleHand}
          />
        )}
        <BarButton icon="leaf" label={t.bar.saver} on={view.want !== 'all'} onClick={() => open('want')} />
        <BarButton icon="more" label={t.bar.more} onClick={() => open('more')} />
      </nav>
    </div>
  );
}

/**
 * The invitation to the stage: open from the moment of being brought on stage until it is answered or the stage is
 * gone.
 */
function useInvitation(view: LessonView): { open: boolean; close: () => void } {
  const invited = view.classroom.moments.findLast((moment) => moment.kind === 'on_stage')?.id ?? 0;
  const [answered, setAnswered] = useState(0);
  const onStage = self(view.classroom)?.on_stage ?? false;
  const speaking = view.local.mic.track !== null;
  useEffect(() => {
    if (speaking) setAnswered(invited); // Opened by the button or the key instead of the sheet.
  }, [speaking, invited]);
  return { open: onStage && invited > answered, close: () => setAnswered(invited) };
}
