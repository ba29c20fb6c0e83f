/**
 * The button that takes the class off the record and back on it. Off is asked once, because it cannot be made good
 * later.
 */
import { ConfirmButton } from '../kit/confirm';
import { Icon } from '../kit/icons';
import type { RecordingState } from '../protocol';
import { useClassText } from './text';

interface Props {
  recording: RecordingState;
  onChange: (off: boolean) => void;
}

export function OffRecordItem({ recording, onChange }: Props) {
  const { t } = useClassText();
  switch (recording) {
    case 'off':
      return null; // Nothing is recorded now: before class, in a break, or on a server that never records.
    case 'off_record':
      return (
        <button type="button" className="menu-item" onClick={() => onChange(false)}>
          <Icon name="record" />
          {t.more.onRecord}
        </button>
      );
    case 'on':
    case 'failing':
      return (
        <ConfirmButton
          className="menu-item"
          question={t.more.offRecordAsk}
          yes={t.more.offRecordYes}
          onYes={() => onChange(true)}
        >
          <Icon name="recordOff" />
          <span>
            {t.more.offRecord}
            <small>{t.more.offRecordHint}</small>
          </span>
        </ConfirmButton>
      );
  }
}
