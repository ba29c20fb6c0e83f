/** The announcements of administrators and instructors, the last first. */
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { useText } from '../kit/text';
import type { Announcement } from '../protocol';
import { useHomeText } from './text';

/** The number of announcements shown at once; older ones are a press away. */
const FRESH = 2;

export function Announcements({ list }: { list: readonly Announcement[] }) {
  const { home } = useHomeText();
  if (list.length === 0) return null;
  const older = list.slice(FRESH);
  return (
    <section className="panel" aria-label={home.announcements}>
      <h2>{home.announcements}</h2>
      {list.slice(0, FRESH).map((one) => (
        <AnnouncementText key={one.id} one={one} />
      ))}
      {older.length > 0 && (
        <details>
          <summary>{home.moreAnnouncements(older.length)}</summary>
          {older.map((one) => (
            <AnnouncementText key={one.id} one={one} />
          ))}
        </details>
      )}
    </section>
  );
}

export function AnnouncementText({ one, children }: { one: Announcement; children?: React.ReactNode }) {
  const { language } = useText();
  return (
    <article className="announcement">
      <h3>{one.title}</h3>
      <p className="written">{one.text}</p>
      <p className="hint row wrap">
        {one.by} · {formatDay(one.at_ms, language)} {formatTime(one.at_ms)}
        {children}
      </p>
    </article>
  );
}
