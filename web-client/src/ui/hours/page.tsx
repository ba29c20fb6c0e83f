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
  const title = person?.role === 'trainee' ? h.mine : h.desk;
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title, t]);

  if (problem) return <Trouble code={problem} onRetry={reload} />;
  if (!person) return <Note title={h.loading} text="" />;
  return <PageOf person={person} lesson={lesson} />;
}

function PageOf({ person, lesson }: { person: Me; lesson: string | null }) {
  const shown = lesson ?? person.lesson;
  if (person.role === 'trainee') return <MyHoursPage person={person} />;
  if (shown !== null) return <SheetPage key={shown} lesson={shown} person={person} />;
  return <OfficePage person={person} />;
}
