/** The sheet for changing camera or microphone in the middle of a class. */
import { useState } from 'react';
import { Sheet } from '../../kit/sheet';
import { useAttempt } from '../attempt';
import type { Lesson, LessonView } from '../lesson';
import { useClassText } from '../text';
import { DeviceChoice } from './device-choice';
import { LevelMeter } from './level-meter';

interface Props {
  lesson: Lesson;
  view: LessonView;
  onClose: () => void;
}

export function DevicesSheet({ lesson, view, onClose }: Props) {
  const { t } = useClassText();
  const attempt = useAttempt();
  const { publisher } = lesson;
  const [preferred, setPreferred] = useState(publisher.preferred);
  const mic = view.local.mic.track;
  return (
    <Sheet title={t.more.devices} onClose={onClose}>
      <DeviceChoice
        preferred={preferred}
        refresh={view.local}
        onPreferred={(next, changed) => {
          publisher.preferred = next;
          setPreferred(next);
          void attempt(publisher.reopen(changed));
        }}
      />
      {mic && <LevelMeter track={mic} />}
    </Sheet>
  );
}
