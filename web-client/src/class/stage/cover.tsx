/** The cover before the class: title, instructor, start, and what can be done until then. */
import { rememberedAccount } from '../../account/where';
import { formatTime } from '../../i18n';
import { useNow } from '../../kit/hooks';
import type { HoursRules, Me, RoomState } from '../../protocol';
import { homePage } from '../../routes';
import { instructorsHere } from '../classroom';
import type { LessonView } from '../lesson';
import { sendsAnything } from '../not-yet';
import { useClassText } from '../text';

interface Props {
  view: LessonView;
  room: RoomState;
  person: Me;
}

export function Cover({ view, room, person }: Props) {
  const { t } = useClassText();
  const words = t.dark;
  // They have the planned time; guests have none, and no page to check devices on.
  const { rules, seat } = person;
  const hasHome = rememberedAccount(localStorage) === seat;
  const here = instructorsHere(room)[0];
  const teacher = here ?? room.participants.find((p) => p.role === 'instructor');
  const teaches = view.classroom.role === 'instructor';
  return (
    <div className="stage-empty cover">
      <p className="cover-title">{room.title}</p>
      {rules && <Begins rules={rules} teaches={teaches} clockOffsetMs={view.clockOffsetMs} />}
      {!rules && <p>{words.open}</p>}
      {!teaches && (
        <p>{here ? words.teacherHere(here.name) : teacher ? words.teacher(teacher.name) : words.gone}</p>
      )}
      <p className="cover-hint">
        {!teaches && words.hint}
        {/* While a device is open, the banner says it. */}
        {teaches && !sendsAnything(view) && words.hintTeacher}{' '}
        {hasHome && !teaches && (
          <a href={homePage(seat)} target="_blank" rel="noreferrer">
            {words.checkDevices}
          </a>
        )}
      </p>
    </div>
  );
}

interface BeginsProps {
  rules: HoursRules;
  teaches: boolean;
  clockOffsetMs: number;
}

function Begins({ rules, teaches, clockOffsetMs }: BeginsProps) {
  const { t } = useClassText();
  const due = teaches ? t.dark.dueTeacher : t.dark.due;
  const now = useNow(1000) + clockOffsetMs;
  const left = rules.planned_start_ms - now;
  return (
    <p className="cover-time">
      <b>{t.dark.starts(formatTime(rules.planned_start_ms))}</b>{' '}
      <span role="timer">{left <= 0 ? due : t.dark.startsIn(spanOf(left, t.dark))}</span>
    </p>
  );
}

interface SpanWords {
  soon: string;
  minutes: (n: number) => string;
  hours: (h: number, m: number) => string;
}

/** A span in whole minutes: a clock that ticks makes nobody come earlier. */
export function spanOf(ms: number, words: SpanWords): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return words.soon;
  return minutes < 60 ? words.minutes(minutes) : words.hours(Math.floor(minutes / 60), minutes % 60);
}
