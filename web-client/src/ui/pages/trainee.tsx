/** The trainee's page: phone first, the picture on top, everything else below it. */
import { useEffect, useState } from 'react';
import { handIsUp, self } from '../../classroom';
import type { LessonView } from '../../lesson';
import { replayOf } from '../../seats';
import { AudioOut } from '../parts/audio';
import { Banner } from '../parts/banner';
import { BarButton } from '../parts/bar-button';
import { ClassCheck } from '../parts/class-check';
import { ClassInfo } from '../parts/class-info';
import { ClassPoll } from '../parts/class-poll';
import { DeviceButton } from '../parts/device-button';
import { MinutesPill } from '../parts/minutes';
import { NotYet } from '../parts/not-yet';
import { QualityPill } from '../parts/pill';
import { Stage } from '../parts/stage';
import { StageSheet } from '../parts/stage-sheet';
import { useText } from '../text';
import { type PageProps, useFrame } from './frame';

export default function TraineePage(props: PageProps) {
  const { lesson, view, room } = props;
  const { t } = useText();
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
        <Banner view={view} replay={replayOf(room.lesson, lesson.person.seat)} />
        <NotYet room={room} />
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

/** Open from the moment of being brought on stage until it is answered or the stage is gone. */
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
