/** The sheet of things that are seldom needed. */
import { ConfirmButton } from '../kit/confirm';
import { useOnlyTouch } from '../kit/hooks';
import { Icon, type IconName } from '../kit/icons';
import { Sheet } from '../kit/sheet';
import { LanguageSwitch } from '../kit/text';
import type { Command, Me, RoomState } from '../protocol';
import { replayPage } from '../routes';
import { OffRecordItem } from './off-record';
import { useClassText } from './text';

export type Panel = 'want' | 'more' | 'network' | 'devices' | 'keys' | 'minutes' | 'rounds' | 'polls';

interface Props {
  person: Me;
  room: RoomState;
  act: (command: Command) => void;
  onOpen: (panel: Panel) => void;
  onLeave: () => void;
  onClose: () => void;
}

export function MoreSheet({ person, room, act, onOpen, onLeave, onClose }: Props) {
  const { t } = useClassText();
  const onlyTouch = useOnlyTouch();
  const item = (icon: IconName, label: string, panel: Panel) => (
    <button type="button" className="menu-item" onClick={() => onOpen(panel)}>
      <Icon name={icon} />
      {label}
    </button>
  );
  const change = (on: boolean) => {
    act({ do: 'off_record', on });
    onClose();
  };
  return (
    <Sheet title={t.more.title} onClose={onClose}>
      <div className="menu">
        {person.role !== 'trainee' && <OffRecordItem recording={room.recording} onChange={change} />}
        {person.role === 'trainee' && room.started_at_ms !== null && (
          <a className="menu-item" href={replayPage(room.lesson, person.seat)}>
            <Icon name="replay" />
            <span>
              {t.more.fromStart}
              <small>{t.more.fromStartHint}</small>
            </span>
          </a>
        )}
        {item('signal', t.more.network, 'network')}
        {person.role !== 'operator' && item('settings', t.more.devices, 'devices')}
        {!onlyTouch && item('help', t.more.help, 'keys')}
        {/* Before it has begun: far from the button that begins it. */}
        {person.role !== 'trainee' && room.class === 'open' && (
          <ConfirmButton
            className="menu-item danger"
            question={t.bar.endAsk}
            yes={t.bar.endYes}
            onYes={() => act({ do: 'end_class' })}
          >
            <Icon name="stop" />
            {t.more.endUnbegun}
          </ConfirmButton>
        )}
        <ConfirmButton
          className="menu-item danger"
          question={t.more.leaveAsk}
          yes={t.more.leaveYes}
          onYes={onLeave}
        >
          <Icon name="leave" />
          {t.more.leave}
        </ConfirmButton>
      </div>
      <LanguageSwitch />
    </Sheet>
  );
}
