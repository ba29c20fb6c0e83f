/** The instructor's page, and the operator's when looking into a room: desktop first, everything at hand. */
import { traineesHere } from '../../classroom';
import { Icon } from '../icons';
import { AudioOut } from '../parts/audio';
import { Banner } from '../parts/banner';
import { ClassInfo } from '../parts/class-info';
import { HandQueue } from '../parts/hands';
import { LessonChecksPanel } from '../parts/network-checks';
import { QualityPill } from '../parts/pill';
import { PollLine } from '../parts/poll-line';
import { Stage } from '../parts/stage';
import { TeachingBar } from '../parts/teaching-bar';
import { LanguageSwitch, useText } from '../text';
import { type PageProps, useFrame } from './frame';

export default function InstructorPage(props: PageProps) {
  const { lesson, view, room } = props;
  const { t } = useText();
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
