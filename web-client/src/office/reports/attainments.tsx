/** 结业情况表 (R4), page by page, and in its place the page of one of its people. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { useClassName } from '../../enrol/text';
import { formatCount } from '../../i18n';
import { usePortalText } from '../../kit/portal-text';
import { useAddress } from '../../kit/use-address';
import { useLoaded } from '../../kit/use-loaded';
import type { AttainmentCounts, AttainmentLine, Class } from '../../protocol';
import { classes } from '../api';
import { ownClasses, useDesk, useOwnUnits, usePhase } from '../desk';
import { FileLinks } from '../export';
import { Choice } from '../filter-bar';
import { Pager, usePages } from '../pager';
import { SearchBar } from '../search-box';
import { useOfficeText } from '../text';
import { attainments, attainmentsFile, EVERYBODY, type Wanted } from './api';
import { AttainmentTable } from './attainment-table';
import { PersonPage } from './person';
import { Source } from './source';
import { useReportText } from './text';
import { ofTab, PASSED, registrationOf, type Tab, tabOf, useWanted } from './wanted';

/** As the server gives them. */
const PAGE_ROWS = 100;

export function Attainments() {
  const { url } = useAddress();
  const of = registrationOf(url.searchParams);
  const [opened, setOpened] = useState<AttainmentLine | null>(null);
  /** Stays once it was shown, so that whoever comes back finds its page and the name that was pressed. */
  const [isListed, setListed] = useState(of === null);
  if (of === null && !isListed) setListed(true);
  const pressed = useRef<HTMLElement>(null);
  useEffect(() => {
    if (of === null) pressed.current?.focus();
  }, [of]);
  return (
    <>
      {isListed && (
        <div hidden={of !== null}>
          <List
            onOpen={(row, link) => {
              pressed.current = link;
              setOpened(row);
            }}
          />
        </div>
      )}
      {of !== null && <PersonPage key={of} id={of} row={opened?.id === of ? opened : null} />}
    </>
  );
}

function List({ onOpen }: { onOpen: (row: AttainmentLine, link: HTMLElement) => void }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const w = useReportText();
  const { wanted, change } = useWanted();
  const pages = usePages<number>();
  const load = useCallback(
    (signal: AbortSignal) => attainments(seat, phase.id, wanted, pages.start, signal),
    [seat, phase.id, wanted, pages.start],
  );
  const { value, problem, busy, reload } = useLoaded(load);
  const set = (part: Partial<Wanted>) => {
    pages.reset();
    change({ ...wanted, ...part });
  };
  const from = (pages.number - 1) * PAGE_ROWS;
  return (
    <div className="report-list">
      <ResultTabs counts={value?.counts ?? null} tab={tabOf(wanted)} onChange={(tab) => set(ofTab(tab))} />
      <NarrowBar wanted={wanted} onChange={set} />
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && (
        <section className="panel report-panel">
          {value.rows.length > 0 && <AttainmentTable rows={value.rows} busy={busy} onOpen={onOpen} />}
          {/* While the next list comes, the last one says nothing about it. */}
          {value.rows.length === 0 && !problem && (
            <p className="empty" role="status">
              {busy ? p.loading : wanted.behind === 'true' ? w.noneBehind : w.none}
            </p>
          )}
          <Pager pages={pages} next={value.next}>
            {value.rows.length > 0 && (
              <span className="hint">
                {w.shown(formatCount(from + 1), formatCount(from + value.rows.length))}
              </span>
            )}
          </Pager>
          {wanted.behind === 'true' && <p className="hint">{w.behindHint}</p>}
          <p className="hint">{w.hours}</p>
          <Source source={value.source} />
          <FileLinks address={(format) => attainmentsFile(seat, phase.id, wanted, format)} />
        </section>
      )}
    </div>
  );
}

interface TabsProps {
  counts: AttainmentCounts | null;
  tab: Tab;
  onChange: (tab: Tab) => void;
}

function ResultTabs({ counts, tab: chosen, onChange }: TabsProps) {
  const w = useReportText();
  const of = counts && { yes: counts.passed, no: counts.failed, open: counts.open };
  const all = counts && counts.passed + counts.failed + counts.open;
  const tab = (name: Tab, text: string, count: number | null) => (
    <button
      key={name}
      type="button"
      className="state-tab"
      aria-pressed={chosen === name}
      onClick={() => onChange(name)}
    >
      {text}
      {count !== null && <b>{formatCount(count)}</b>}
    </button>
  );
  return (
    <fieldset className="state-tabs" aria-label={w.results}>
      {tab('', w.all, all)}
      {PASSED.map((name) => tab(name, w.passed[name], of?.[name] ?? null))}
      {tab('behind', w.behind, counts?.behind ?? null)}
    </fieldset>
  );
}

function NarrowBar({ wanted, onChange }: { wanted: Wanted; onChange: (part: Partial<Wanted>) => void }) {
  const { seat, who } = useDesk();
  const phase = usePhase();
  const o = useOfficeText();
  const w = useReportText();
  const units = useOwnUnits();
  const className = useClassName();
  const load = useCallback((signal: AbortSignal) => classes(seat, phase.id, signal), [seat, phase.id]);
  const { value } = useLoaded(load);
  const known: readonly Class[] = value ? ownClasses(who, value) : [];
  const cleared: Wanted = { ...EVERYBODY, passed: wanted.passed, behind: wanted.behind };
  const isNarrow = JSON.stringify(wanted) !== JSON.stringify(cleared);
  return (
    <SearchBar label={w.search} value={wanted.text} onFind={(text) => onChange({ text })}>
      {units.length > 1 && (
        <Choice label={o.unit} value={wanted.unit} onChange={(unit) => onChange({ unit })}>
          {units.map(({ code, short }) => [code, short])}
        </Choice>
      )}
      {known.length > 1 && (
        <Choice label={w.class} value={wanted.class} onChange={(id) => onChange({ class: id })}>
          {known.map(({ id }) => [id, className(id)])}
        </Choice>
      )}
      {isNarrow && (
        <button type="button" className="button quiet" onClick={() => onChange(cleared)}>
          {o.registrations.clear}
        </button>
      )}
    </SearchBar>
  );
}
