/** `/office/{section}?as={seat}&phase=…`: the work of administrators, a section for each kind. */
import {
  lazy,
  type MouseEvent,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import { as } from '../../account/where';
import { programmes, units } from '../../enrol/api';
import type { Account, Action, Phase, Programme, Unit } from '../../protocol';
import { SignedIn, Trouble } from '../account/signed-in';
import { usePortalText } from '../portal/text';
import { useAddress, withParams } from '../portal/use-address';
import { useLoaded } from '../use-loaded';
import { type Desk, DeskContext, hasUnits } from './desk';
import { useOfficeText } from './text';
import '../styles/office.css';
import '../styles/office-table.css';

const Appeals = lazy(() => import('./appeals'));
const Announcements = lazy(() => import('./announcements'));
const Audit = lazy(() => import('./audit'));
const Classes = lazy(() => import('./classes'));
const Contacts = lazy(() => import('./contacts'));
const Nominations = lazy(() => import('./nominations'));
const People = lazy(() => import('./people'));
const Phases = lazy(() => import('./phases'));
const Policy = lazy(() => import('./policy'));
const Quotas = lazy(() => import('./quotas'));
const Registrations = lazy(() => import('./registrations'));
const Timetable = lazy(() => import('./timetable'));

type Section =
  | 'registrations'
  | 'quotas'
  | 'nominations'
  | 'contacts'
  | 'classes'
  | 'timetable'
  | 'announcements'
  | 'appeals'
  | 'people'
  | 'phases'
  | 'policy'
  | 'audit';

/** Every section, for whom, and whether it is about one phase. */
const SECTIONS: readonly { id: Section; any: readonly Action[]; ofPhase: boolean; page: () => ReactNode }[] =
  [
    { id: 'registrations', any: ['see_registrations'], ofPhase: true, page: () => <Registrations /> },
    { id: 'quotas', any: ['see_registrations'], ofPhase: true, page: () => <Quotas /> },
    { id: 'nominations', any: ['nominate'], ofPhase: true, page: () => <Nominations /> },
    { id: 'contacts', any: ['nominate'], ofPhase: true, page: () => <Contacts /> },
    { id: 'classes', any: ['see_registrations'], ofPhase: true, page: () => <Classes /> },
    { id: 'timetable', any: ['make_timetable'], ofPhase: true, page: () => <Timetable /> },
    { id: 'announcements', any: ['announce'], ofPhase: true, page: () => <Announcements /> },
    { id: 'appeals', any: ['correct_hours'], ofPhase: false, page: () => <Appeals /> },
    { id: 'people', any: ['make_accounts', 'set_roles'], ofPhase: false, page: () => <People /> },
    { id: 'phases', any: ['make_phase'], ofPhase: false, page: () => <Phases /> },
    { id: 'policy', any: ['make_phase'], ofPhase: false, page: () => <Policy /> },
    { id: 'audit', any: ['read_audit'], ofPhase: false, page: () => <Audit /> },
  ];

export default function OfficePage({ seat }: { seat: string; section: string | null }) {
  const o = useOfficeText();
  return (
    <SignedIn seat={seat} title={o.title}>
      {(who) => <Office who={who} />}
    </SignedIn>
  );
}

function Office({ who }: { who: Account }) {
  const p = usePortalText();
  const o = useOfficeText();
  const { url } = useAddress();
  const load = useCallback(async (signal: AbortSignal) => {
    const all = await programmes(signal);
    const lists = await Promise.all(all.map(({ id }) => units(id, signal)));
    return { all, units: new Map(all.map(({ id }, at) => [id, lists[at] ?? []])) };
  }, []);
  const { value, problem, reload } = useLoaded(load);
  const shown = SECTIONS.filter(
    ({ id, any }) => any.some((action) => who.may.includes(action)) && (id !== 'quotas' || hasUnits(who)),
  );
  const named = url.pathname.split('/')[2];
  const section = shown.find(({ id }) => id === named) ?? shown[0];
  const wanted = url.searchParams.get('phase');
  const chosen = useMemo(() => value && choosePhase(value.all, wanted, who), [value, wanted, who]);
  const desk = useMemo<Desk | null>(() => {
    if (!value || !chosen) return null;
    return {
      who,
      seat: who.seat,
      programmes: value.all,
      programme: chosen.programme,
      phase: chosen.phase,
      units: value.units.get(chosen.programme.id) ?? [],
      may: (action) => who.may.includes(action),
      reload,
    };
  }, [value, chosen, who, reload]);

  return (
    <div className="office">
      <nav className="office-nav" aria-label={o.navLabel}>
        {shown.map(({ id }) => (
          <SectionLink key={id} id={id} seat={who.seat} current={id === section?.id} />
        ))}
      </nav>
      <main className="office-main">
        {problem && <Trouble problem={problem} onRetry={reload} />}
        {!value && !problem && <p role="status">{p.loading}</p>}
        {!section && <p className="panel">{o.nothing}</p>}
        {value && section && (
          <>
            {section.ofPhase && desk && <PhaseChoice programmes={value.all} phase={desk.phase} />}
            {section.ofPhase && !desk && <NoPhase who={who} />}
            <Suspense fallback={<p role="status">{p.loading}</p>}>
              <DeskContext value={desk ?? deskWithout(who, value.all, value.units, reload)}>
                {(desk || !section.ofPhase) && (
                  <div key={section.ofPhase ? desk?.phase.id : section.id} className="column office-section">
                    {section.page()}
                  </div>
                )}
              </DeskContext>
            </Suspense>
          </>
        )}
      </main>
    </div>
  );
}

/** Before the first phase there is: sections that are about none look at none of this. */
function deskWithout(
  who: Account,
  all: readonly Programme[],
  unitsOf: ReadonlyMap<string, Unit[]>,
  reload: () => void,
): Desk {
  const nothing = { id: '', title: '', issuers: [], policy_version: null, phases: [] };
  const programme = all[0] ?? nothing;
  const phase = { id: '', number: 0, title: '', tracks: [], categories: [] } as unknown as Phase;
  return {
    who,
    seat: who.seat,
    programmes: all,
    programme,
    phase,
    units: unitsOf.get(programme.id) ?? [],
    may: (one) => who.may.includes(one),
    reload,
  };
}

/** Before the first phase, with the way to it for those who may make one. */
function NoPhase({ who }: { who: Account }) {
  const o = useOfficeText();
  return (
    <section className="panel">
      <p>{o.noPhase}</p>
      {who.may.includes('make_phase') && (
        <div className="row">
          <a className="button primary" href={as('/office/phases', who.seat)}>
            {o.makePhaseFirst}
          </a>
        </div>
      )}
    </section>
  );
}

function choosePhase(
  all: readonly Programme[],
  id: string | null,
  { roles }: Account,
): { programme: Programme; phase: Phase } | null {
  const pairs = all.flatMap((programme) => programme.phases.map((phase) => ({ programme, phase })));
  const named = pairs.find(({ phase }) => phase.id === id);
  // Who looks after a class begins with its phase, of which its id tells.
  const own = pairs.find(({ phase }) => roles.some((role) => role.class?.startsWith(`${phase.id}-`)));
  const open = pairs.find(({ phase }) => phase.timing === 'open');
  const latest = [...pairs].sort((a, b) => b.phase.registration_from_ms - a.phase.registration_from_ms)[0];
  return named ?? own ?? open ?? latest ?? null;
}

function SectionLink({ id, seat, current }: { id: Section; seat: string; current: boolean }) {
  const o = useOfficeText();
  const { url, go } = useAddress();
  const phase = url.searchParams.get('phase');
  const next = withParams(new URL(as(`/office/${id}`, seat), url.origin), { phase: phase ?? '' });
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone the sections are a row that scrolls: the one that is shown is in sight.
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
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(next);
      }}
    >
      {o.nav[id]}
    </a>
  );
}

function PhaseChoice({ programmes: all, phase }: { programmes: readonly Programme[]; phase: Phase }) {
  const o = useOfficeText();
  const { url, go } = useAddress();
  const change = (id: string) => {
    // Filters of one phase mean nothing in another.
    const next = new URL(url.pathname, url.origin);
    go(withParams(next, { as: url.searchParams.get('as') ?? '', phase: id }));
  };
  return (
    <label className="phase-choice">
      <span className="unseen">{o.phase}</span>
      <select value={phase.id} onChange={(event) => change(event.target.value)}>
        {/* Titles of programmes are long: beside them nobody would see on a phone which phase it is. */}
        {all.map((programme) => (
          <optgroup key={programme.id} label={programme.title}>
            {programme.phases.map((one) => (
              <option key={one.id} value={one.id}>
                {o.phaseName(one.number, one.title)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
