/** The network in words: the text and look of the pill, and the banner that explains a trouble. Pure. */
import { unreachable } from '../../base/unreachable';
import type { Network, NotCounting } from '../../protocol';
import type { LessonView } from '../lesson';
import type { ClassTexts } from '../texts.zh';

export type Tone = 'good' | 'fair' | 'bad' | 'quiet';

export interface Pill {
  text: string;
  /** The measure taken, e.g. "sound only"; empty = none. */
  doing: string;
  tone: Tone;
}

type Seen = Pick<LessonView, 'signal' | 'media' | 'mediaFailures' | 'mediaRefused' | 'local'> & {
  classroom: Pick<LessonView['classroom'], 'link' | 'role' | 'room'>;
};

const TONE: Record<Network, Tone> = {
  unknown: 'quiet',
  good: 'good',
  fair: 'fair',
  weak: 'bad',
  lost: 'bad',
};

/** The pill of a person who watches (`down`) or teaches (`up`). */
export function pillOf(view: Seen, t: ClassTexts, side: 'down' | 'up'): Pill {
  const { signal, media } = view;
  const { link } = view.classroom;
  if (signal.is === 'connecting') return { text: t.pill.connecting, doing: '', tone: 'quiet' };
  if (signal.is !== 'online') return { text: t.pill.reconnecting, doing: '', tone: 'bad' };
  if (media === 'interrupted') return { text: t.pill.mediaInterrupted, doing: '', tone: 'bad' };
  if (media !== 'connected') return { text: t.pill.mediaConnecting, doing: '', tone: 'quiet' };
  const idle = !view.local.mic.track && !view.local.camera.track && !view.local.screen.track;
  if (side === 'up' && idle) return { text: t.pill.idle, doing: '', tone: 'quiet' };
  if (side === 'up') return { text: t.pill.up[link.up], doing: '', tone: TONE[link.up] };
  // A measure that was taken says more than the quality that is left: "good, sound only" helps nobody.
  const lacks = link.doing === 'sound_only' || link.doing === 'reduced';
  if (lacks && (link.down === 'good' || link.down === 'unknown')) {
    return { text: t.pill.doing[link.doing], doing: '', tone: 'fair' };
  }
  return { text: t.pill.down[link.down], doing: t.pill.doing[link.doing], tone: TONE[link.down] };
}

/** The number of peer connections in a row that failed before we blame the network of the person. */
const BLOCKED_AFTER = 3;

/** Whether UDP does not get through: the socket lives and media never come. */
export function isMediaBlocked({ signal, media, mediaRefused, mediaFailures }: Seen): boolean {
  return signal.is === 'online' && media !== 'connected' && !mediaRefused && mediaFailures >= BLOCKED_AFTER;
}

/** One sentence on what is wrong and what is done about it; null when all is well. */
export function bannerOf(view: Seen, t: ClassTexts): string | null {
  const { signal, media } = view;
  if (signal.is === 'connecting') return t.banner.connecting;
  if (signal.is === 'reconnecting') return t.banner.reconnecting;
  if (signal.is === 'over') return null;
  if (view.mediaRefused) return t.banner.mediaRefused;
  if (media === 'connected') return staffBanner(view, t);
  if (isMediaBlocked(view)) return t.banner.mediaBlocked;
  return media === 'interrupted' || view.mediaFailures > 0 ? t.banner.media : null;
}

/** The reason why nothing that is taught counts at present, for staff. */
export function notCounting(why: NotCounting, t: ClassTexts): string {
  switch (why.why) {
    case 'nothing_sent':
      return t.banner.nothingSent;
    case 'not_started':
      return t.held.notStarted(why.minutes);
    case 'planned_time_over':
      return t.banner.plannedTimeOver(Math.round(why.overrun_s / 60));
    default:
      return unreachable(why, '');
  }
}

/**
 * A trouble that staff would be sorry to find out later: a hole in the replay, teaching that counts for nobody, or
 * having been heard in the break.
 */
function staffBanner({ classroom, local }: Seen, t: ClassTexts): string | null {
  const { role, room } = classroom;
  if (!room || role === null || role === 'trainee') return null;
  if (room.recording === 'failing') return t.banner.recordingFailing;
  if (room.not_counting) return notCounting(room.not_counting, t);
  if (room.recording === 'off_record') return t.banner.offRecord;
  if (room.participants.some((one) => one.here && one.b_frames)) return t.banner.bFrames;
  const open = local.mic.track ?? local.camera.track ?? local.screen.track;
  return room.class === 'paused' && open ? t.banner.breakOpen : null;
}
