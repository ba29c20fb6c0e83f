/** `/hours?as={seat}` and `/hours/{lesson}?as={seat}`: one's own account, or for staff a lesson's sheet. */
import { type ComponentType, type ReactNode, Suspense, useCallback, useEffect } from 'react';
import { Note } from '../kit/note';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { Me } from '../protocol';
import { MyHoursPage } from './mine';
import { OfficePage } from './office';
import { SheetPage } from './sheet';
import { useHoursText } from './text';
import { Trouble } from './trouble';
import { AccountContext, FramedContext, isOfOffice, whoIs } from './who';
import './hours.css';
import './hours-staff.css';

/** The frame of the page for people of the office. */
type Frame = ComponentType<{ seat: string; title: string; isDesk: boolean; children: ReactNode }>;

interface Props {
  lesson: string | null;
  seat: string;
  /** The frame comes from above, since the office shows pages of the hours itself. */
  frame: Frame;
}

export default function HoursPage({ lesson, seat, frame: Framed }: Props) {
  const { t } = useText();
  const h = useHoursText();
  const load = useCallback((signal: AbortSignal) => whoIs(seat, signal), [seat]);
  const { value: who, problem, reload } = useLoaded(load);
  const title = lesson === null && who?.person.earns_hours ? h.mine : h.desk;
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title, t]);

  if (problem) return <Trouble code={problem} onRetry={reload} />;
  if (!who) return <Note title={h.loading} text="" />;
  const page = (
    <AccountContext value={who.account}>
      <PageOf person={who.person} lesson={lesson} />
    </AccountContext>
  );
  if (!isOfOffice(who, lesson)) return page;
  return (
    <Suspense fallback={null}>
      <Framed seat={seat} title={title} isDesk={lesson === null}>
        <FramedContext value={true}>{page}</FramedContext>
      </Framed>
    </Suspense>
  );
}

function PageOf({ person, lesson }: { person: Me; lesson: string | null }) {
  // The address names a lesson's sheet; the server says whether it is for this person.
  if (lesson !== null) return <SheetPage key={lesson} lesson={lesson} person={person} />;
  if (person.earns_hours) return <MyHoursPage person={person} />;
  if (person.lesson !== null) return <SheetPage key={person.lesson} lesson={person.lesson} person={person} />;
  return <OfficePage person={person} />;
}
