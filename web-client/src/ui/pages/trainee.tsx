/** The trainee's page: phone first, the picture on top, everything else below it. */
import { useEffect, useState } from 'react';
import { handIsUp, self } from '../../classroom';
import type { Lesson, LessonView } from '../../lesson';
import type { RoomState } from '../../protocol';
import { useControls } from '../controls';
import { useRemembered, useShortcuts } from '../hooks';
import { useMoments } from '../moments';
import { AudioOut } from '../parts/audio';
import { Banner } from '../parts/banner';
import { BarButton } from '../parts/bar-button';
import { Chat } from '../parts/chat';
import { ClassInfo } from '../parts/class-info';
import { DeviceButton } from '../parts/device-button';
import type { Panel } from '../parts/more-sheet';
import { People } from '../parts/people';
import { QualityPill } from '../parts/pill';
import { Rail, type Tab } from '../parts/rail';
import { Stage } from '../parts/stage';
import { StageSheet } from '../parts/stage-sheet';
import { SheetFor } from '../sheets';
import { useText } from '../text';

interface Props {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

export default function TraineePage({ lesson, view, room }: Props) {
  const { t } = useText();
  const controls = useControls(lesson);
  const [tab, setTab] = useState<Tab>('chat');
  const [panel, setPanel] = useState<Panel | null>(null);
  const [keysOn, setKeysOn] = useRemembered('live-classroom.keys', ['on', 'off'], 'on');
  const invitation = useInvitation(view);
  useMoments(view);

  const own = self(view.classroom);
  const onStage = own?.on_stage ?? false;
  const cameraAllowed = onStage && (own?.camera_allowed ?? false);
  const handUp = handIsUp(view.classroom);
  useShortcuts(
    {
      ...(onStage ? { m: () => controls.toggle('mic') } : { r: controls.toggleHand }),
      ...(cameraAllowed ? { v: () => controls.toggle('camera') } : {}),
      c: () => setTab('chat'),
      p: () => setTab('people'),
      '?': () => setPanel('keys'),
    },
    keysOn === 'on',
  );

  const speak = async (withCamera: boolean) => {
    invitation.close();
    await controls.turnOn('mic');
    if (withCamera) await controls.turnOn('camera');
  };
  const stepDown = () => {
    invitation.close();
    if (own) controls.act({ do: 'take_off_stage', participant: own.id });
  };
  const close = () => setPanel(null);
  const sheet = invitation.open ? (
    <StageSheet
      camera={cameraAllowed}
      onSpeak={(withCamera) => void speak(withCamera)}
      onDecline={stepDown}
    />
  ) : (
    panel && (
      <SheetFor
        panel={panel}
        lesson={lesson}
        view={view}
        controls={controls}
        keysOn={keysOn === 'on'}
        onKeysOn={(on) => setKeysOn(on ? 'on' : 'off')}
        onOpen={setPanel}
        onClose={close}
      />
    )
  );

  return (
    <div className="lesson trainee">
      <header className="top">
        <h1>{room.title}</h1>
        <ClassInfo view={view} room={room} />
        <QualityPill view={view} side="down" onOpen={() => setPanel('network')} />
      </header>
      <div className="picture">
        <Banner view={view} />
        <Stage view={view} room={room} />
        <AudioOut streams={view.incoming.audio} />
      </div>
      <Rail
        tab={tab}
        onTab={setTab}
        peopleCount={room.participants.filter((person) => person.here).length}
        chat={<Chat lesson={lesson} view={view} room={room} />}
        people={<People view={view} room={room} act={null} />}
        sheet={sheet}
      />
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
        <BarButton
          icon="leaf"
          label={t.bar.saver}
          on={view.want !== 'all'}
          onClick={() => setPanel('want')}
        />
        <BarButton icon="more" label={t.bar.more} onClick={() => setPanel('more')} />
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
