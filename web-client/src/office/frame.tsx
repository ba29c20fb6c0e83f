/** The frame of the work of administrators: its sections, beside it or on a phone above it. */
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { useAddress } from '../kit/use-address';
import type { Account, Action } from '../protocol';
import { officePage } from '../routes';
import { hasUnits } from './desk';
import { useOfficeText } from './text';
import './office.css';
import './office-table.css';

export type Section =
  | 'registrations'
  | 'quotas'
  | 'nominations'
  | 'contacts'
  | 'classes'
  | 'timetable'
  | 'announcements'
  | 'essays'
  | 'survey'
  | 'quiz'
  | 'certificates'
  | 'reports'
  | 'appeals'
  | 'people'
  | 'phases'
  | 'policy'
  | 'audit';

/** The sections, each with the actions of the people who see it. */
const SECTIONS: readonly { id: Section; any: readonly Action[] }[] = [
  { id: 'registrations', any: ['see_registrations'] },
  { id: 'quotas', any: ['see_registrations'] },
  { id: 'nominations', any: ['nominate'] },
  { id: 'contacts', any: ['nominate'] },
  { id: 'classes', any: ['see_registrations'] },
  { id: 'timetable', any: ['make_timetable'] },
  { id: 'announcements', any: ['announce'] },
  { id: 'essays', any: ['name_reviewers', 'review_essays'] },
  { id: 'quiz', any: ['make_phase'] },
  { id: 'survey', any: ['make_phase'] },
  { id: 'certificates', any: ['issue_certificates'] },
  { id: 'reports', any: ['see_reports'] },
  { id: 'appeals', any: ['correct_hours'] },
  { id: 'people', any: ['make_accounts', 'set_roles'] },
  { id: 'phases', any: ['make_phase'] },
  { id: 'policy', any: ['make_phase'] },
  { id: 'audit', any: ['read_audit'] },
];

export function sectionsOf(who: Account): Section[] {
  const shown = SECTIONS.filter(
    ({ id, any }) => any.some((action) => who.may.includes(action)) && (id !== 'quotas' || hasUnits(who)),
  );
  return shown.map(({ id }) => id);
}

interface Props {
  who: Account;
  current: Section | null;
  /** Whether the page has another address, which the links leave. */
  outside?: boolean;
  children: ReactNode;
}

export function OfficeFrame({ who, current, outside = false, children }: Props) {
  const o = useOfficeText();
  return (
    <div className="office">
      <nav className="office-nav" aria-label={o.navLabel}>
        {sectionsOf(who).map((id) => (
          <SectionLink key={id} id={id} seat={who.seat} current={id === current} outside={outside} />
        ))}
      </nav>
      <main className="office-main">{children}</main>
    </div>
  );
}

interface LinkProps {
  id: Section;
  seat: string;
  current: boolean;
  outside: boolean;
}

function SectionLink({ id, seat, current, outside }: LinkProps) {
  const o = useOfficeText();
  const { url, go } = useAddress();
  const phase = url.searchParams.get('phase');
  const next = new URL(officePage(seat, id, { phase }), url.origin);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the sections are a row that scrolls: the present one is in sight.
    const row = link.current?.parentElement;
    if (current && link.current && row) row.scrollLeft = link.current.offsetLeft - row.clientWidth / 3;
  }, [current]);
  return (
    <a
      className="tab-link"
      ref={link}
      href={next.href}
      {...(current && { 'aria-current': 'page' as const })}
      onClick={(event: MouseEvent) => {
        if (outside || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(next);
      }}
    >
      {o.nav[id]}
    </a>
  );
}
