/** The page of a class that is over for this page: the reason, and the ways on. */
import { HomeLink } from '../account/home-link';
import { Icon } from '../kit/icons';
import { LanguageSwitch } from '../kit/text';
import type { RoomState } from '../protocol';
import { hoursPage } from '../routes';
import { Ended } from './ended';
import type { Lesson } from './lesson';
import type { Over } from './link/signal';
import { useClassText } from './text';

interface Props {
  lesson: Lesson;
  why: Over;
  room: RoomState | null;
  /** Called when the class goes on after its end, or the page comes back to it. */
  onBack: () => void;
}

export function OverScreen({ lesson, why, room, onBack }: Props) {
  const { t } = useClassText();
  const words = t.over as Record<string, string>;
  const title = why === 'left' ? t.over.titleLeft : why === 'ended' ? t.over.titleEnded : t.over.titleElse;
  const final = ['ended', 'signed_out', 'not_allowed', 'not_placed'].includes(why);
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
            <button type="button" className="button primary large" onClick={onBack}>
              {why === 'replaced' ? t.over.here : t.over.again}
            </button>
          )
        )}
        {why === 'ended' && of && (
          <Ended
            lesson={of}
            seat={lesson.person.seat}
            began={room && room.started_at_ms !== null}
            onBack={onBack}
          />
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
  const { t } = useClassText();
  const own = person.role === 'trainee';
  return (
    <a className="button large" href={hoursPage(person.seat, own ? null : of)}>
      <Icon name="clock" />
      {own ? t.inClass.links.mine : t.inClass.links.lesson}
    </a>
  );
}
