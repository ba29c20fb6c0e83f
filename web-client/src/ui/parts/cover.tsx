/** Before the class: what it is, who teaches, when it begins, and what can be done until then. */
import { as, rememberedAccount } from '../../account/where';
import { instructorsHere } from '../../classroom';
import { formatTime } from '../../i18n';
import type { LessonView } from '../../lesson';
import type { HoursRules, Me, RoomState } from '../../protocol';
import { useNow } from '../hooks';
import { useText } from '../text';

interface Props {
  view: LessonView;
  room: RoomState;
  person: Me;
}

export function Cover({ view, room, person }: Props) {
  const { t } = useText();
  const words = t.dark;
  // They tell when it is planned; guests have none, and no page to check devices on.
  const { rules, seat } = person;
  const hasHome = rememberedAccount(localStorage) === seat;
  const here = instructorsHere(room)[0];
  const teacher = here ?? room.participants.find((p) => p.role === 'instructor');
  const teaches = view.classroom.role === 'instructor';
  return (
    <div className="stage-empty cover">
      <p className="cover-title">{room.title}</p>
      {rules && <Begins rules={rules} clockOffsetMs={view.clockOffsetMs} />}
      {!rules && <p>{words.open}</p>}
      {!teaches && (
        <p>{here ? words.teacherHere(here.name) : teacher ? words.teacher(teacher.name) : words.gone}</p>
      )}
      <p className="cover-hint">
        {teaches ? words.hintTeacher : words.hint}{' '}
        {hasHome && !teaches && (
          <a href={as('/home', seat)} target="_blank" rel="noreferrer">
            {words.checkDevices}
          </a>
        )}
      </p>
    </div>
  );
}

function Begins({ rules, clockOffsetMs }: { rules: HoursRules; clockOffsetMs: number }) {
  const { t } = useText();
  const now = useNow(1000) + clockOffsetMs;
  const left = rules.planned_start_ms - now;
  return (
    <p className="cover-time">
      <b>{t.dark.starts(formatTime(rules.planned_start_ms))}</b>{' '}
      <span role="timer">{left <= 0 ? t.dark.due : t.dark.startsIn(spanOf(left, t.dark))}</span>
    </p>
  );
}

interface SpanWords {
  soon: string;
  minutes: (n: number) => string;
  hours: (h: number, m: number) => string;
}

/** Whole minutes: a clock that ticks makes nobody come earlier. */
export function spanOf(ms: number, words: SpanWords): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return words.soon;
  return minutes < 60 ? words.minutes(minutes) : words.hours(Math.floor(minutes / 60), minutes % 60);
}
