/** What the pages of all roles in a lesson have in common: what is open, the common keys, and the sheets. */
import { type ReactNode, useState } from 'react';
import type { Lesson, LessonView } from '../../lesson';
import type { RoomState } from '../../protocol';
import { type Controls, useControls } from '../controls';
import { type Shortcuts, useRemembered, useShortcuts } from '../hooks';
import { useMoments } from '../moments';
import { Chat } from '../parts/chat';
import type { Panel } from '../parts/more-sheet';
import { People } from '../parts/people';
import { Rail, type Tab } from '../parts/rail';
import { LatestRound } from '../parts/rounds';
import { SheetFor } from '../sheets';
import { useText } from '../text';
import { useUnread } from '../use-unread';

export interface PageProps {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
}

interface Wishes {
  firstTab: Tab;
  /** Keys of this role, beside those that every role has. */
  shortcuts: (controls: Controls) => Shortcuts;
}

export interface Frame {
  controls: Controls;
  open: (panel: Panel) => void;
  rail: (own: RailParts) => ReactNode;
}

interface RailParts {
  /** May act on people. */
  staff: boolean;
  head?: ReactNode;
  /** What waits for an answer now, above everything else beside the picture. */
  ask?: ReactNode;
  /** A question that goes before whatever sheet is open. */
  question?: ReactNode;
}

export function useFrame({ lesson, view, room }: PageProps, { firstTab, shortcuts }: Wishes): Frame {
  const { t } = useText();
  const controls = useControls(lesson);
  const [tab, setTab] = useState<Tab>(firstTab);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [keysOn, setKeysOn] = useRemembered('live-classroom.keys', ['on', 'off'], 'on');
  useMoments(view);
  const title = lesson.person.lesson_title ?? room.title;
  const unread = useUnread(
    `live-classroom.read.${room.lesson}.${lesson.person.seat}`,
    room.chat,
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
