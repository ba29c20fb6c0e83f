/** `/office/{section}?as={seat}&phase=…`: the work of administrators, a section for each kind. */
import { lazy, type ReactNode, Suspense, useCallback, useMemo } from 'react';
import { SignedIn, Trouble } from '../account/signed-in';
import { administers, firstPageOf } from '../account/where';
import { programmes, units } from '../enrol/api';
import { usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { useAddress, withParams } from '../kit/use-address';
import { useLoaded } from '../kit/use-loaded';
import type { Account, Phase, Programme } from '../protocol';
import { officePage } from '../routes';
import { type Desk, DeskContext, PhaseContext, reachesAll } from './desk';
import { OfficeFrame, type Section, sectionsOf } from './frame';
import { useOfficeText } from './text';

const Appeals = lazy(() => import('./appeals'));
const Announcements = lazy(() => import('./announcements'));
const Audit = lazy(() => import('./audit'));
const BehindNotice = lazy(() => import('./reports/behind'));
const Certificates = lazy(() => import('./certificates'));
const Classes = lazy(() => import('./classes'));
const Essays = lazy(() => import('./essays/essays'));
const Contacts = lazy(() => import('./units/contacts'));
const Nominations = lazy(() => import('./units/nominations'));
const People = lazy(() => import('./people/people'));
const Phases = lazy(() => import('./phases/phases'));
const Policy = lazy(() => import('./phases/policies'));
const Quiz = lazy(() => import('./quiz'));
const Quotas = lazy(() => import('./units/quotas'));
const Registrations = lazy(() => import('./registrations/registrations'));
const Reports = lazy(() => import('./reports/reports'));
const Survey = lazy(() => import('./survey'));
const Timetable = lazy(() => import('./timetable/timetable'));

interface Page {
  /** Whether the section is about one phase. */
  ofPhase: boolean;
  page: () => ReactNode;
}

const PAGES: Record<Section, Page> = {
  registrations: { ofPhase: true, page: () => <Registrations /> },
  quotas: { ofPhase: true, page: () => <Quotas /> },
  nominations: { ofPhase: true, page: () => <Nominations /> },
  contacts: { ofPhase: true, page: () => <Contacts /> },
  classes: { ofPhase: true, page: () => <Classes /> },
  timetable: { ofPhase: true, page: () => <Timetable /> },
  announcements: { ofPhase: true, page: () => <Announcements /> },
  essays: { ofPhase: true, page: () => <Essays /> },
  quiz: { ofPhase: true, page: () => <Quiz /> },
  survey: { ofPhase: true, page: () => <Survey /> },
  certificates: { ofPhase: true, page: () => <Certificates /> },
  reports: { ofPhase: true, page: () => <Reports /> },
  appeals: { ofPhase: false, page: () => <Appeals /> },
  people: { ofPhase: false, page: () => <People /> },
  phases: { ofPhase: false, page: () => <Phases /> },
  policy: { ofPhase: false, page: () => <Policy /> },
  audit: { ofPhase: false, page: () => <Audit /> },
};

export default function OfficePage({ seat }: { seat: string; section: string | null }) {
  const o = useOfficeText();
  return (
    <SignedIn seat={seat} title={o.title}>
      {(who) => <Office who={who} />}
    </SignedIn>
  );
}

/** The office. A person who only learns or teaches has nothing to do here, and is not shown tools that do nothing. */
function Office({ who }: { who: Account }) {
  const { t } = useText();
  const o = useOfficeText();
  const { url } = useAddress();
  const shown = administers(who) ? sectionsOf(who) : [];
  const named = url.pathname.split('/')[2] ?? '';
  if (shown.length === 0) {
    return (
      <main className="portal-main">
        <Nowhere text={o.nothing} home={firstPageOf(who)} back={t.toHome} />
      </main>
    );
  }
  const section = named === '' ? shown[0] : shown.find((id) => id === named);
  if (section === undefined) {
    return (
      <OfficeFrame who={who} current={null}>
        <Nowhere text={t.unknown.title} home={officePage(who.seat)} back={o.toStart} />
      </OfficeFrame>
    );
  }
  return (
    <OfficeFrame who={who} current={section}>
      <SectionPage who={who} section={section} />
    </OfficeFrame>
  );
}

function Nowhere({ text, home, back }: { text: string; home: string; back: string }) {
  return (
    <section className="panel">
      <p>{text}</p>
      <div className="row">
        <a className="button primary" href={home}>
          {back}
        </a>
      </div>
    </section>
  );
}

/** The programme before the first one is made. */
const NO_PROGRAMME: Programme = { id: '', title: '', issuers: [], policy_version: null, phases: [] };

function SectionPage({ who, section }: { who: Account; section: Section }) {
  const p = usePortalText();
  const { url } = useAddress();
  const load = useCallback(async (signal: AbortSignal) => {
    const all = await programmes(signal);
    const lists = await Promise.all(all.map(({ id }) => units(id, signal)));
    return { all, units: new Map(all.map(({ id }, at) => [id, lists[at] ?? []])) };
  }, []);
  const { value, problem, reload } = useLoaded(load);
  const { ofPhase, page } = PAGES[section];
  const wanted = url.searchParams.get('phase');
  const chosen = useMemo(() => value && choosePhase(value.all, wanted, who), [value, wanted, who]);
  const phase = chosen?.phase ?? null;
  const desk = useMemo<Desk | null>(() => {
    if (!value) return null;
    const programme = chosen?.programme ?? value.all[0] ?? NO_PROGRAMME;
    return {
      who,
      seat: who.seat,
      programmes: value.all,
      programme,
      units: value.units.get(programme.id) ?? [],
      may: (action) => who.may.includes(action),
      reload,
    };
  }, [value, chosen, who, reload]);

  return (
    <>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {desk && (
        <>
          {ofPhase && phase && <PhaseChoice programmes={desk.programmes} phase={phase} />}
          {ofPhase && !phase && <NoPhase who={who} />}
          <DeskContext value={desk}>
            <PhaseContext value={phase}>
              {phase && isNoticed(who, section) && (
                <Suspense fallback={null}>
                  <BehindNotice key={phase.id} />
                </Suspense>
              )}
              <Suspense fallback={<p role="status">{p.loading}</p>}>
                {(phase || !ofPhase) && (
                  <div key={ofPhase ? phase?.id : section} className="column office-section">
                    {page()}
                  </div>
                )}
              </Suspense>
            </PhaseContext>
          </DeskContext>
        </>
      )}
    </>
  );
}

/**
 * Whether the section tells how many are behind: the first one, for those who look after a class or a unit. For all units
 * that is much work for the server, and nobody reminds thousands one by one.
 */
function isNoticed(who: Account, section: Section): boolean {
  const isFirst = section === sectionsOf(who)[0] && PAGES[section].ofPhase && section !== 'reports';
  return isFirst && who.may.includes('see_reports') && !reachesAll(who);
}

/** The page before the first phase, with the way to it for those who may make one. */
function NoPhase({ who }: { who: Account }) {
  const o = useOfficeText();
  return (
    <section className="panel">
      <p>{o.noPhase}</p>
      {who.may.includes('make_phase') && (
        <div className="row">
          <a className="button primary" href={officePage(who.seat, 'phases')}>
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
  // A person who looks after a class begins with its phase, which is part of its id.
  const own = pairs.find(({ phase }) => roles.some((role) => role.class?.startsWith(`${phase.id}-`)));
  const open = pairs.find(({ phase }) => phase.timing === 'open');
  const latest = [...pairs].sort((a, b) => b.phase.registration_from_ms - a.phase.registration_from_ms)[0];
  return named ?? own ?? open ?? latest ?? null;
}

function PhaseChoice({ programmes: all, phase }: { programmes: readonly Programme[]; phase: Phase }) {
  const o = useOfficeText();
  const { url, go } = useAddress();
  const change = (id: string) => {
    // The filters of one phase mean nothing in another.
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
