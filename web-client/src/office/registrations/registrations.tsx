/** Ten thousand registrations: filtered, paged, selected, decided together. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatCount } from '../../i18n';
import { useAddress, withParams } from '../../kit/use-address';
import { useLoaded } from '../../kit/use-loaded';
import { PAGE_ROWS, quotas, registrationCounts, registrations, registrationsFile } from '../api';
import { useDesk, usePhase } from '../desk';
import { ExportButton } from '../export';
import { FilterBar, StateTabs } from '../filter-bar';
import { Pager, usePages } from '../pager';
import { useOfficeText } from '../text';
import { BulkBar, useDecisions } from './bulk-bar';
import { type Filter, filterOf, paramsOf, totalOf } from './filter';
import { RecordDialog } from './record';
import { RegistrationTable } from './registration-table';
import { SeatsBar, seatsOf } from './seats-bar';
import { NONE, type Selection } from './selection';
import { WaitingPanel } from './waiting';

export default function Registrations() {
  const { seat } = useDesk();
  const phase = usePhase();
  const o = useOfficeText();
  const { url, go } = useAddress();
  const filter = useFilter(url);
  const decides = useDecisions(filter.state).length > 0;
  const [selection, setSelection] = useState<Selection>(NONE);
  const [opened, setOpened] = useState<number | null>(null);
  const pages = usePages<number>();
  const { list, counts, seats, refresh } = useOffice(filter, pages.start);
  const change = (next: Filter) => {
    setSelection(NONE);
    pages.reset();
    go(withParams(url, paramsOf(next)), true);
  };
  const total = totalOf(counts, filter);
  const rows = list.value?.rows ?? [];
  return (
    <>
      <div className="panel-head">
        <h1>{o.registrations.title}</h1>
        <span className="grow" />
        <ExportButton
          title={o.registrations.exportTitle}
          what={o.registrations.exportWhat(formatCount(total))}
          address={(format, reason) => registrationsFile(seat, phase.id, format, filter, reason)}
        />
      </div>
      <SeatsBar quotas={seats} unit={filter.unit} />
      <StateTabs filter={filter} counts={counts} onChange={change} />
      <WaitingPanel quotas={seats} filter={filter} onChange={change} />
      <FilterBar key={phase.id} filter={filter} onChange={change} />
      {list.problem && <Trouble problem={list.problem} onRetry={refresh} />}
      <RegistrationTable
        rows={rows}
        busy={list.busy}
        opening={list.value === null && !list.problem}
        selection={selection}
        onSelect={decides ? setSelection : null}
        onOpen={setOpened}
      />
      {rows.length > 0 && (
        <Pager pages={pages} next={list.value?.next ?? null}>
          <Shown page={pages.number} rows={rows.length} total={total} />
        </Pager>
      )}
      <BulkBar
        filter={filter}
        total={total}
        selection={selection}
        onSelect={setSelection}
        seatsLeft={seats && seatsOf(seats, filter.unit).left}
        onDone={refresh}
      />
      {opened !== null && <RecordDialog id={opened} onClose={() => setOpened(null)} onChange={refresh} />}
    </>
  );
}

/** A page of the list, the counts by state, and the seats: requested together. */
function useOffice(filter: Filter, after: number | null) {
  const { seat } = useDesk();
  const phase = usePhase();
  const list = useLoaded(
    useCallback(
      (signal: AbortSignal) => registrations(seat, phase.id, filter, after, { signal }),
      [seat, phase.id, filter, after],
    ),
  );
  const counts = useLoaded(
    useCallback(
      // By state: the tabs show the count of each.
      (signal: AbortSignal) => registrationCounts(seat, phase.id, { ...filter, state: '' }, signal),
      [seat, phase.id, filter],
    ),
  );
  const seats = useLoaded(
    useCallback((signal: AbortSignal) => quotas(seat, phase.id, signal), [seat, phase.id]),
  );
  const refresh = () => {
    list.reload();
    counts.reload();
    seats.reload();
  };
  return { list, counts: counts.value, seats: seats.value, refresh };
}

function Shown({ page, rows, total }: { page: number; rows: number; total: number }) {
  const { registrations: r } = useOfficeText();
  const from = (page - 1) * PAGE_ROWS + 1;
  return (
    <span className="hint">
      {r.shown(formatCount(from), formatCount(from + rows - 1), formatCount(total))}
    </span>
  );
}

/** The filter: the same object for as long as the address says the same. */
function useFilter(url: URL): Filter {
  const [kept, setKept] = useState(() => filterOf(url.searchParams));
  const found = filterOf(url.searchParams);
  if (JSON.stringify(found) === JSON.stringify(kept)) return kept;
  setKept(found);
  return found;
}
