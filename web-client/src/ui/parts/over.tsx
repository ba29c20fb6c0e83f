/** The class is over for this page: what happened and what the person can do. */
import type { Lesson } from '../../lesson';
import type { RoomState } from '../../protocol';
import { hoursOf, replayOf } from '../../seats';
import type { Over } from '../../signal';
import { Icon } from '../icons';
import { LanguageSwitch, useText } from '../text';
import { Ended } from './ended';
import { HomeLink } from './home-link';

interface Props {
  lesson: Lesson;
  why: Over;
  room: RoomState | null;
}

export function OverScreen({ lesson, why, room }: Props) {
  const { t } = useText();
  const words = t.over as Record<string, string>;
  const title = why === 'left' ? t.over.titleLeft : why === 'ended' ? t.over.titleEnded : t.over.titleElse;
  const final = why === 'ended' || why === 'signed_out' || why === 'not_allowed';
  const of = room?.lesson ?? lesson.person.lesson;
  // A class that never began left nothing to watch.
  const recorded = room?.started_at_ms === null ? null : of;
  return (
    <main className="page-note">
      <div className="card">
        <h1>{title}</h1>
        <p role="alert">{words[why] ?? t.over.other}</p>
        {why === 'version' ? (
          <button type="button" className="button primary large" onClick={() => location.reload()}>
            {t.over.reload}
          </button>
        ) : (
          !final && (
            <button type="button" className="button primary large" onClick={() => lesson.again()}>
              {why === 'replaced' ? t.over.here : t.over.again}
            </button>
          )
        )}
        {why === 'ended' && of && (
          <Ended lesson={of} seat={lesson.person.seat} onBack={() => lesson.again()} />
        )}
        {why === 'ended' && recorded && (
          <a className="button primary large" href={replayOf(recorded, lesson.person.seat)}>
            <Icon name="replay" />
            {t.over.replay}
          </a>
        )}
        {why === 'ended' && recorded && (lesson.person.rules || lesson.person.role === 'operator') && (
          <HoursLink lesson={lesson} of={recorded} />
        )}
        <HomeLink seat={lesson.person.seat} />
        <LanguageSwitch />
      </div>
    </main>
  );
}

/** The trainee's own account; for staff the sheet of the class. Results are there ten minutes later. */
function HoursLink({ lesson: { person }, of }: { lesson: Lesson; of: string }) {
  const { t } = useText();
  const own = person.role === 'trainee';
  return (
    <a className="button large" href={hoursOf(person.seat, own ? null : of)}>
      <Icon name="clock" />
      {own ? t.inClass.links.mine : t.inClass.links.lesson}
    </a>
  );
}
