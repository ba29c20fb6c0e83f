/** Chooses the sheet that the person opened; shared by the trainee's and the instructor's page. */
import { lazy, Suspense } from 'react';
import type { RoomState } from '../protocol';
import { RoundsSheet } from './checks/rounds-sheet';
import type { Controls } from './controls';
import { DevicesSheet } from './devices/devices-sheet';
import { KeysSheet } from './keys-sheet';
import type { Lesson, LessonView } from './lesson';
import { DetailsSheet } from './link/details-sheet';
import { WantSheet } from './link/want-sheet';
import { MinutesSheet } from './minutes/minutes';
import { MoreSheet, type Panel } from './more-sheet';
import { useClassText } from './text';

// Trainees on phones never load the parts that only staff need.
const PollsSheet = lazy(() => import('./polls/poll-sheet'));

interface Props {
  panel: Panel;
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
  controls: Controls;
  keysOn: boolean;
  onKeysOn: (on: boolean) => void;
  onOpen: (panel: Panel) => void;
  onClose: () => void;
}

export function SheetFor({ panel, lesson, view, room, controls, keysOn, onKeysOn, onOpen, onClose }: Props) {
  const { t } = useClassText();
  switch (panel) {
    case 'want':
      return <WantSheet want={view.want} onWant={controls.want} onClose={onClose} />;
    case 'more':
      return (
        <MoreSheet
          person={lesson.person}
          room={room}
          act={controls.act}
          onOpen={onOpen}
          onLeave={() => void lesson.leave()}
          onClose={onClose}
        />
      );
    case 'minutes':
      return (
        room.minutes && <MinutesSheet minutes={room.minutes} rules={lesson.person.rules} onClose={onClose} />
      );
    case 'rounds':
      return (
        <RoundsSheet
          view={view}
          room={room}
          onVoid={(check) => void controls.act({ do: 'void_check', check }, t.inClass.roll.voidRefusal)}
          onClose={onClose}
        />
      );
    case 'polls':
      return (
        <Suspense fallback={null}>
          <PollsSheet room={room} controls={controls} onClose={onClose} />
        </Suspense>
      );
    case 'network':
      return <DetailsSheet lesson={lesson} onClose={onClose} />;
    case 'devices':
      return <DevicesSheet lesson={lesson} view={view} onClose={onClose} />;
    case 'keys': {
      const role = lesson.person.role === 'trainee' ? 'trainee' : 'instructor';
      return <KeysSheet role={role} enabled={keysOn} onEnabled={onKeysOn} onClose={onClose} />;
    }
  }
}
