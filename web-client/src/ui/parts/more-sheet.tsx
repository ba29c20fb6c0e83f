/** The things that are needed seldom. */
import { Icon, type IconName } from '../icons';
import { LanguageSwitch, useText } from '../text';
import { ConfirmButton } from './confirm';
import { Sheet } from './sheet';

export type Panel = 'want' | 'more' | 'network' | 'devices' | 'keys';

interface Props {
  /** Null: this person has no devices to choose. */
  devices: boolean;
  onOpen: (panel: Panel) => void;
  onLeave: () => void;
  onClose: () => void;
}

export function MoreSheet({ devices, onOpen, onLeave, onClose }: Props) {
  const { t } = useText();
  const item = (icon: IconName, label: string, panel: Panel) => (
    <button type="button" className="menu-item" onClick={() => onOpen(panel)}>
      <Icon name={icon} />
      {label}
    </button>
  );
  return (
    <Sheet title={t.more.title} onClose={onClose}>
      <div className="menu">
        {item('signal', t.more.network, 'network')}
        {devices && item('settings', t.more.devices, 'devices')}
        {item('help', t.more.help, 'keys')}
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
