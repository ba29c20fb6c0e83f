/** Tells in words the events for this person; each moment is told once. */
import { useEffect, useRef } from 'react';
import { unreachable } from '../base/unreachable';
import { useSpeaker } from '../kit/toasts';
import type { Role } from '../protocol';
import type { Moment } from './classroom';
import type { LessonView } from './lesson';
import { useClassText } from './text';
import type { ClassTexts } from './texts.zh';

export function useMoments(view: LessonView): void {
  const { t } = useClassText();
  const { say } = useSpeaker();
  const told = useRef(0);
  const { moments, role } = view.classroom;
  useEffect(() => {
    for (const moment of moments) {
      if (moment.id <= told.current) continue;
      told.current = moment.id;
      const text = momentText(moment, t, role ?? 'trainee');
      if (text) say(text, moment.kind === 'notice' ? 'notice' : 'plain');
    }
  }, [moments, role, say, t]);
}

/** The sentence for a moment; null when another part of the page shows it. */
export function momentText(moment: Moment, t: ClassTexts, role: Role): string | null {
  switch (moment.kind) {
    case 'muted':
      return t.told.muted(moment.by);
    case 'notice':
      return `${t.told.notice}: ${moment.text}`;
    case 'on_stage':
      return null; // The sheet asks.
    case 'camera_allowed':
      return t.told.camera_allowed;
    case 'off_stage':
      return t.told.off_stage;
    case 'chat_muted':
      return t.told.chat_muted;
    case 'chat_unmuted':
      return t.told.chat_unmuted;
    case 'not_started':
      return t.held.notStarted(moment.minutes);
    case 'class':
      // The cover or the banner says it, for as long as it is so.
      if (moment.class === 'open') return null;
      return role === 'trainee' ? t.classNow[moment.class] : t.class[moment.class];
    default:
      return unreachable(moment, null);
  }
}
