/** Whether the present moment will be in the replay: a word and a sign, for everybody in the room. */
import { Icon, type IconName } from '../kit/icons';
import type { RecordingState } from '../protocol';
import { useClassText } from './text';

const ICONS: Record<Exclude<RecordingState, 'off'>, IconName> = {
  on: 'record',
  off_record: 'recordOff',
  failing: 'warning',
};

export function RecordingMark({ recording }: { recording: RecordingState }) {
  // The area stays while it is empty, so that a screen reader hears the first word as a change.
  return (
    <span className={`recording-mark ${recording}`} role="status">
      {recording !== 'off' && <Mark recording={recording} />}
    </span>
  );
}

function Mark({ recording }: { recording: Exclude<RecordingState, 'off'> }) {
  const { t } = useClassText();
  return (
    <>
      <Icon name={ICONS[recording]} />
      <span>
        {t.recording[recording]}
        {recording === 'off_record' && <span className="recording-more">{t.recording.notKept}</span>}
      </span>
    </>
  );
}
