/** The common parts of the pages of all roles in a lesson: the open sheet, the common keys, and the sheets. */
import { type ReactNode, useState } from 'react';
import { type Shortcuts, useRemembered, useShortcuts } from '../kit/hooks';
import type { RoomState } from '../protocol';
import { Chat } from './chat/chat';
import { useUnread } from './chat/use-unread';
import { LatestRound } from './checks/rounds-sheet';
import { type Controls, useControls } from './controls';
import type { Lesson, LessonView } from './lesson';
import { useMoments } from './moments';
import type { Panel } from './more-sheet';
import { People } from './people/people';
import { Rail, type Tab } from './rail';
import { SheetFor } from './sheets';
import { useClassText } from './text';

export interface PageProps {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

interface Wishes {
  firstTab: Tab;
  /** The keys of this role, beside those that every role has. */
  shortcuts: (controls: Controls) => Shortcuts;
}

export interface Frame {
  controls: Controls;
  open: (panel: Panel) => void;
  rail: (own: RailParts) => ReactNode;
}

interface RailParts {
  /** Whether the person may act on others. */
  staff: boolean;
  head?: ReactNode;
  /** A view that waits for an answer now, above everything else beside the picture. */
  ask?: ReactNode;
  /** A question that goes before any open sheet. */
  question?: ReactNode;
}

export function useFrame({ lesson, view, room }: PageProps, { firstTab, shortcuts }: Wishes): Frame {
  const { t } = useClassText();
  const controls = useControls(lesson);
  const [tab, setTab] = useState<Tab>(firstTab);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [keysOn, setKeysOn] = useRemembered('live-classroom.keys', ['on', 'off'], 'on');
  useMoments(view);
  const title = lesson.person.lesson_title ?? room.title;
  const unread = useUnread(
    `live-classroom.read.${room.lesson}.${lesson.person.seat}`,
    room,
    view.classroom.you,
    tab === 'chat' && panel === null,
    title ? `${title} · ${t.app}` : t.app,
  );
  const common: Shortcuts = {
    c: () => setTab('chat'),
    p: () => setTab('people'),
    '?': () => setPanel('keys'),
  };
  useShortcuts({ ...shortcuts(controls), ...common }, keysOn === 'on');

  const sheet = panel && (
    <SheetFor
      panel={panel}
      lesson={lesson}
      view={view}
      room={room}
      controls={controls}
      keysOn={keysOn === 'on'}
      onKeysOn={(on) => setKeysOn(on ? 'on' : 'off')}
      onOpen={setPanel}
      onClose={() => setPanel(null)}
    />
  );
  const rail = ({ staff, ask, head, question }: RailParts) => (
    <Rail
      ask={ask}
      tab={tab}
      onTab={setTab}
      unread={unread}
      peopleCount={room.participants.filter((person) => person.here).length}
      head={head}
      chat={<Chat lesson={lesson} view={view} room={room} />}
      people={
        <People
          view={view}
          room={room}
          act={staff ? controls.act : null}
          head={staff && <LatestRound rounds={room.rounds} onOpen={() => setPanel('rounds')} />}
        />
      }
      sheet={question ?? sheet}
    />
  );
  return { controls, open: setPanel, rail };
}
