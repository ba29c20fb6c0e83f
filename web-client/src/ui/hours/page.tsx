/** `/hours?as={seat}` and `/hours/{lesson}?as={seat}`: one's own account, or for staff a lesson's sheet. */
import { useCallback, useEffect } from 'react';
import { me } from '../../api';
import type { Me } from '../../protocol';
import { Note } from '../pages/note';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { MyHoursPage } from './mine';
import { OfficePage } from './office';
import { SheetPage } from './sheet';
import { useHoursText } from './text';
import { Trouble } from './trouble';
import '../styles/hours.css';
import '../styles/hours-staff.css';

interface Props {
  lesson: string | null;
  seat: string;
}

export default function HoursPage({ lesson, seat }: Props) {
  const { t } = useText();
  const h = useHoursText();
  const { value: person, problem, reload } = useLoaded(useCallback(() => me(seat), [seat]));
  const title = lesson === null && person?.earns_hours ? h.mine : h.desk;
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title, t]);

  if (problem) return <Trouble code={problem} onRetry={reload} />;
  if (!person) return <Note title={h.loading} text="" />;
  return <PageOf person={person} lesson={lesson} />;
}

function PageOf({ person, lesson }: { person: Me; lesson: string | null }) {
  // A lesson's sheet is asked for by its name; whether it is for this person, the server says.
  if (lesson !== null) return <SheetPage key={lesson} lesson={lesson} person={person} />;
  if (person.earns_hours) return <MyHoursPage person={person} />;
  if (person.lesson !== null) return <SheetPage key={person.lesson} lesson={person.lesson} person={person} />;
  return <OfficePage person={person} />;
}
