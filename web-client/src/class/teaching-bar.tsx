/** The instructor's bottom bar: devices on the left, the class itself on the right. */
import { Icon } from '../kit/icons';
import { useSpeaker } from '../kit/toasts';
import type { RoomState } from '../protocol';
import { BarButton } from './bar-button';
import { rollIsOpen } from './checks/rounds';
import type { Controls } from './controls';
import { DeviceButton } from './devices/device-button';
import { canShareScreen } from './devices/devices';
import { EndButton } from './end-button';
import type { LessonView } from './lesson';
import { useClassText } from './text';

interface Props {
  view: LessonView;
  room: RoomState;
  controls: Controls;
  publishes: boolean;
  onMore: () => void;
  onRounds: () => void;
  onPolls: () => void;
}

export function TeachingBar({ view, room, controls, publishes, onMore, onRounds, onPolls }: Props) {
  const { t } = useClassText();
  const { say } = useSpeaker();
  const sharing = view.local.screen.track !== null;
  const muteAll = async () => {
    if (await controls.act({ do: 'mute_all' })) say(t.told.mutedAll);
  };
  // One tap asks everybody; while a roll call is open it shows the progress of that one.
  const callRoll = () => {
    onRounds();
    if (rollIsOpen(room.rounds, Date.now() + view.clockOffsetMs)) return;
    void controls.act({ do: 'call_roll' }, t.inClass.roll.refusal);
  };
  return (
    <nav className="bar" aria-label={t.bar.controls}>
      {publishes && (
        <>
          <DeviceButton kind="mic" view={view} toggle={controls.toggle} />
          <DeviceButton kind="camera" view={view} toggle={controls.toggle} />
          {canShareScreen() && (
            <BarButton
              icon="screen"
              label={sharing ? t.bar.screenOff : t.bar.screen}
              on={sharing}
              busy={view.local.screen.busy}
              keyHint="D"
              onClick={() => controls.toggle('screen')}
            />
          )}
        </>
      )}
      <BarButton icon="micOff" label={t.people.muteAll} onClick={muteAll} />
      {room.class === 'live' && <BarButton icon="roll" label={t.inClass.roll.call} onClick={callRoll} />}
      {room.class !== 'ended' && (
        <BarButton icon="poll" label={t.polls.ask} on={room.poll?.result === null} onClick={onPolls} />
      )}
      <BarButton icon="more" label={t.bar.more} onClick={onMore} />
      <span className="grow" />
      <ClassButtons room={room} controls={controls} />
    </nav>
  );
}

/** The possible next steps in the life of the class. */
function ClassButtons({ room, controls }: { room: RoomState; controls: Controls }) {
  const { t } = useClassText();
  const start = () => controls.act({ do: 'start_class' });
  return (
    <div className="class-buttons">
      {room.class === 'open' && (
        <button type="button" className="button primary large" onClick={start}>
          <Icon name="play" />
          {t.bar.start}
        </button>
      )}
      {room.class === 'live' && (
        <button type="button" className="button large" onClick={() => controls.act({ do: 'pause_class' })}>
          <Icon name="pause" />
          {t.bar.pause}
        </button>
      )}
      {room.class === 'paused' && (
        <button type="button" className="button primary large" onClick={start}>
          <Icon name="play" />
          {t.bar.resume}
        </button>
      )}
      {(room.class === 'live' || room.class === 'paused') && (
        <EndButton room={room} onEnd={() => void controls.act({ do: 'end_class' })} />
      )}
    </div>
  );
}
