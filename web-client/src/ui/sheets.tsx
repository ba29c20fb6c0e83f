/** Chooses the sheet for what was asked; shared by the trainee's and the instructor's page. */
import { lazy, Suspense } from 'react';
import type { Lesson, LessonView } from '../lesson';
import type { RoomState } from '../protocol';
import type { Controls } from './controls';
import { DetailsSheet } from './parts/details-sheet';
import { DevicesSheet } from './parts/devices-sheet';
import { KeysSheet } from './parts/keys-sheet';
import { MinutesSheet } from './parts/minutes';
import { MoreSheet, type Panel } from './parts/more-sheet';
import { RoundsSheet } from './parts/rounds';
import { WantSheet } from './parts/want-sheet';
import { useText } from './text';

// Trainees on phones never load what only staff need.
const PollsSheet = lazy(() => import('./parts/poll-sheet'));

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
  const { t } = useText();
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
