/** The instructor's page, and the operator's when looking into a room: desktop first, everything at hand. */
import { useState } from 'react';
import { traineesHere } from '../../classroom';
import type { Lesson, LessonView } from '../../lesson';
import type { RoomState } from '../../protocol';
import { useControls } from '../controls';
import { useRemembered, useShortcuts } from '../hooks';
import { Icon } from '../icons';
import { useMoments } from '../moments';
import { AudioOut } from '../parts/audio';
import { Banner } from '../parts/banner';
import { Chat } from '../parts/chat';
import { ClassInfo } from '../parts/class-info';
import { HandQueue } from '../parts/hands';
import type { Panel } from '../parts/more-sheet';
import { People } from '../parts/people';
import { QualityPill } from '../parts/pill';
import { Rail, type Tab } from '../parts/rail';
import { Stage } from '../parts/stage';
import { TeachingBar } from '../parts/teaching-bar';
import { SheetFor } from '../sheets';
import { LanguageSwitch, useText } from '../text';

interface Props {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

export default function InstructorPage({ lesson, view, room }: Props) {
  const { t } = useText();
  const controls = useControls(lesson);
  const [tab, setTab] = useState<Tab>('people');
  const [panel, setPanel] = useState<Panel | null>(null);
  const [keysOn, setKeysOn] = useRemembered('live-classroom.keys', ['on', 'off'], 'on');
  useMoments(view);

  const publishes = lesson.person.role === 'instructor';
  useShortcuts(
    {
      ...(publishes
        ? {
            m: () => controls.toggle('mic'),
            v: () => controls.toggle('camera'),
            d: () => controls.toggle('screen'),
          }
        : {}),
      c: () => setTab('chat'),
      p: () => setTab('people'),
      '?': () => setPanel('keys'),
    },
    keysOn === 'on',
  );

  const stageActions = (participant: number) => (
    <span className="tile-actions">
      <button
        type="button"
        className="icon-button"
        title={t.people.mute}
        aria-label={t.people.mute}
        onClick={() => controls.act({ do: 'mute', participant })}
      >
        <Icon name="micOff" />
      </button>
      <button
        type="button"
        className="icon-button"
        title={t.people.takeOff}
        aria-label={t.people.takeOff}
        onClick={() => controls.act({ do: 'take_off_stage', participant })}
      >
        <Icon name="stageDown" />
      </button>
    </span>
  );

  return (
    <div className="lesson teaching">
      <header className="top">
        <h1>{room.title}</h1>
        <ClassInfo view={view} room={room} />
        <span className="attendance">{t.people.here(traineesHere(room), room.trainees_max)}</span>
        <QualityPill view={view} side={publishes ? 'up' : 'down'} onOpen={() => setPanel('network')} />
        <span className="grow" />
        <LanguageSwitch />
      </header>
      <div className="picture">
        <Banner view={view} />
        <Stage view={view} room={room} actions={stageActions} />
        <AudioOut streams={view.incoming.audio} />
      </div>
      <Rail
        tab={tab}
        onTab={setTab}
        peopleCount={room.participants.filter((person) => person.here).length}
        head={<HandQueue room={room} act={controls.act} />}
        chat={<Chat lesson={lesson} view={view} room={room} />}
        people={<People view={view} room={room} act={controls.act} />}
        sheet={
          panel && (
            <SheetFor
              panel={panel}
              lesson={lesson}
              view={view}
              controls={controls}
              keysOn={keysOn === 'on'}
              onKeysOn={(on) => setKeysOn(on ? 'on' : 'off')}
              onOpen={setPanel}
              onClose={() => setPanel(null)}
            />
          )
        }
      />
      <TeachingBar
        view={view}
        room={room}
        controls={controls}
        publishes={publishes}
        onMore={() => setPanel('more')}
      />
    </div>
  );
}
