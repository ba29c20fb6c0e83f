/** The instructor's page, and the operator's when looking into a room: desktop first, everything at hand. */

import { Icon } from '../kit/icons';
import { LanguageSwitch } from '../kit/text';
import { Banner } from './banner';
import { LessonChecksPanel } from './checkup/network-checks';
import { ClassInfo } from './class-info';
import { traineesHere } from './classroom';
import { type PageProps, useFrame } from './frame';
import { QualityPill } from './link/pill';
import { NotYet } from './not-yet';
import { HandQueue } from './people/hands';
import { PollLine } from './polls/poll-line';
import { AudioOut } from './stage/audio';
import { Stage } from './stage/stage';
import { TeachingBar } from './teaching-bar';
import { useClassText } from './text';

export default function InstructorPage(props: PageProps) {
  const { lesson, view, room } = props;
  const { t } = useClassText();
  const publishes = lesson.person.role === 'instructor';
  const { controls, open, rail } = useFrame(props, {
    firstTab: 'people',
    shortcuts: ({ toggle }) =>
      publishes ? { m: () => toggle('mic'), v: () => toggle('camera'), d: () => toggle('screen') } : {},
  });

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
        <QualityPill view={view} side={publishes ? 'up' : 'down'} onOpen={() => open('network')} />
        <span className="grow" />
        <LanguageSwitch />
      </header>
      <main className="picture">
        <Banner view={view} />
        <NotYet view={view} room={room} />
        <Stage lesson={lesson} view={view} room={room} actions={stageActions} />
        <AudioOut streams={view.incoming.audio} />
      </main>
      {rail({
        staff: true,
        head: (
          <>
            {room.class === 'open' && <LessonChecksPanel seat={lesson.person.seat} lesson={room.lesson} />}
            <PollLine room={room} onOpen={() => open('polls')} />
            <HandQueue room={room} act={controls.act} />
          </>
        ),
      })}
      <TeachingBar
        view={view}
        room={room}
        controls={controls}
        publishes={publishes}
        onMore={() => open('more')}
        onRounds={() => open('rounds')}
        onPolls={() => open('polls')}
      />
    </div>
  );
}
