/** The replay: pictures and controls, and beside or below them chat, chapters and, for staff, the course. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useRemembered, useShortcuts, useWakeLock } from '../kit/hooks';
import { Toasts } from '../kit/toasts';
import type { Replay } from '../protocol';
import type { Place } from './api';
import { ReplayBanner } from './banner';
import { Chapters } from './chapters';
import { ChatTrack } from './chat-track';
import { CheckSheet } from './check-sheet';
import { Controls } from './controls';
import { CoursePanel } from './course-panel';
import { EarnsLine } from './earns';
import { Pictures } from './pictures';
import type { Player, PlayerView } from './player';
import { ReplayRail, type ReplayTab } from './rail';
import { KeysSheet, SettingsSheet } from './sheets';
import { Sound } from './sound';
import { ReplayTop } from './top';
import { usePlayer, useWatcher } from './use-player';

interface Props {
  place: Place;
  replay: Replay;
  reload: () => void;
}

type Panel = 'settings' | 'keys';

const STEP_MS = 5_000;
const LEAP_MS = 10_000;

export function ReplayScreen(props: Props) {
  const { place, replay } = props;
  const [saver, setSaver] = useRemembered('live-classroom.replay.sound-only', ['on', 'off'], 'off');
  const [player, view] = usePlayer(place, replay, saver === 'on');
  if (!player || !view) return null;
  const soundOnly = (on: boolean) => {
    setSaver(on ? 'on' : 'off');
    player.set({ soundOnly: on });
  };
  return <Playing {...props} player={player} view={view} onSoundOnly={soundOnly} />;
}

interface PlayingProps extends Props {
  player: Player;
  view: PlayerView;
  onSoundOnly: (on: boolean) => void;
}

function Playing({ place, replay, reload, player, view, onSoundOnly }: PlayingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useState<ReplayTab>(replay.chat.length > 0 ? 'chat' : 'chapters');
  const [panel, setPanel] = useState<Panel | null>(null);
  const [watcher, watched] = useWatcher(place, replay, player);
  const seek = useCallback((ms: number) => player.seek(ms), [player]);
  const by = (ms: number) => player.seek(player.position() + ms);
  const full = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else frame.current?.requestFullscreen?.().catch(() => {});
  }, []);
  useWakeLock(view.playing);
  // The media were refused: the page asks once, and says why or lets them be tried again.
  useEffect(() => {
    if (view.trouble === 'refused') reload();
  }, [view.trouble, reload]);
  useShortcuts(
    {
      ' ': () => player.toggle(),
      k: () => player.toggle(),
      j: () => by(-LEAP_MS),
      l: () => by(LEAP_MS),
      arrowleft: () => by(-STEP_MS),
      arrowright: () => by(STEP_MS),
      m: () => player.set({ muted: !view.muted }),
      f: full,
      c: () => setTab('chat'),
      '?': () => setPanel('keys'),
    },
    true,
  );

  const close = () => setPanel(null);
  const progress = watched?.progress ?? replay.progress;
  const checkDue = watcher !== null && (progress?.check ?? null) !== null;
  const sheet =
    panel === 'keys' ? (
      <KeysSheet onClose={close} />
    ) : panel === 'settings' ? (
      <SettingsSheet
        replay={replay}
        player={player}
        view={view}
        onSoundOnly={onSoundOnly}
        onKeys={() => setPanel('keys')}
        onClose={close}
      />
    ) : checkDue ? (
      <CheckSheet onYes={() => watcher.confirm()} />
    ) : null;

  return (
    <div className="lesson replay" ref={frame}>
      <ReplayTop place={place} replay={replay} player={player} view={view} />
      <main className="picture">
        <ReplayBanner replay={replay} view={view} />
        <Pictures replay={replay} player={player} view={view} frame={frame} />
        <Sound player={player} view={view} />
      </main>
      <Controls
        published={replay.may_edit ? (replay.course?.shown ?? null) : null}
        player={player}
        view={view}
        progress={progress}
        cut={watched?.cut ?? false}
        unheard={watched?.unheard ?? false}
        onSettings={() => setPanel(panel === 'settings' ? null : 'settings')}
      />
      <ReplayRail
        tab={tab}
        onTab={setTab}
        staff={replay.may_edit}
        withChat={replay.earns === null}
        above={<EarnsLine replay={replay} progress={progress} />}
        sheet={sheet}
      >
        {tab === 'chat' && (
          <ChatTrack chat={replay.chat} window={view.window} positionMs={view.positionMs} onSeek={seek} />
        )}
        {tab === 'chapters' && (
          <Chapters
            chapters={replay.chapters}
            window={view.window}
            positionMs={view.positionMs}
            onSeek={seek}
          />
        )}
        {tab === 'course' && <CoursePanel place={place} replay={replay} player={player} reload={reload} />}
        <Toasts />
      </ReplayRail>
    </div>
  );
}
