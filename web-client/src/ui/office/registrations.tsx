/** Ten thousand registrations: narrowed, gone through page by page, chosen, decided together. */
import { useCallback, useState } from 'react';
import { formatCount } from '../../i18n';
import { PAGE_ROWS, quotas, registrationCounts, registrations } from '../../office/api';
import { type Filter, filterOf, paramsOf } from '../../office/filter';
import { NONE, type Selection } from '../../office/selection';
import { Trouble } from '../account/signed-in';
import { useAddress, withParams } from '../portal/use-address';
import { useLoaded } from '../use-loaded';
import { BulkBar } from './bulk';
import { useDesk } from './desk';
import { ExportButton } from './export';
import { FilterBar, StateTabs } from './filter-bar';
import { RecordDialog } from './record';
import { RegistrationTable } from './registration-table';
import { SeatsBar, seatsOf } from './seats-bar';
import { useOfficeText } from './text';

export default function Registrations() {
  const { seat, phase } = useDesk();
  const o = useOfficeText();
  const { url, go } = useAddress();
  const filter = useFilter(url);
  const [selection, setSelection] = useState<Selection>(NONE);
  const pages = usePages(filter);
  const [opened, setOpened] = useState<number | null>(null);
  const list = useLoaded(
    useCallback(
      (signal: AbortSignal) => registrations(seat, phase.id, filter, pages.after, { signal }),
      [seat, phase.id, filter, pages.after],
    ),
  );
  const counts = useLoaded(
    useCallback(
      // By state: the tabs tell how many there are of each.
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
  const change = (next: Filter) => {
    setSelection(NONE);
    pages.reset();
    go(withParams(url, paramsOf(next)), true);
  };
  const total = counts.value
    ? filter.state === ''
      ? counts.value.all
      : (counts.value.states.find(({ state }) => state === filter.state)?.count ?? 0)
    : 0;
  const rows = list.value?.rows ?? [];
  const from = (pages.number - 1) * PAGE_ROWS + 1;
  return (
    <>
      <div className="panel-head">
        <h1>{o.registrations.title}</h1>
        <span className="grow" />
        <ExportButton filter={filter} total={total} />
      </div>
      <SeatsBar quotas={seats.value} unit={filter.unit} />
      <StateTabs filter={filter} counts={counts.value} onChange={change} />
      <FilterBar filter={filter} onChange={change} />
      {list.problem && <Trouble problem={list.problem} onRetry={refresh} />}
      <RegistrationTable
        rows={rows}
        busy={list.value === null && !list.problem}
        selection={selection}
        onSelect={setSelection}
        onOpen={setOpened}
      />
      {rows.length > 0 && (
        <nav className="pager" aria-label={o.page(pages.number)}>
          <span className="hint">
            {o.registrations.shown(
              formatCount(from),
              formatCount(from + rows.length - 1),
              formatCount(total),
            )}
          </span>
          <span className="grow" />
          <button type="button" className="button small" disabled={pages.number === 1} onClick={pages.back}>
            {o.previous}
          </button>
          <span>{o.page(pages.number)}</span>
          <button
            type="button"
            className="button small"
            disabled={list.value?.next == null}
            onClick={() => list.value?.next != null && pages.forward(list.value.next)}
          >
            {o.next}
          </button>
        </nav>
      )}
      <BulkBar
        filter={filter}
        total={total}
        shown={rows}
        selection={selection}
        onSelect={setSelection}
        seatsLeft={seats.value && seatsOf(seats.value, filter.unit).left}
        onDone={refresh}
      />
      {opened !== null && <RecordDialog id={opened} onClose={() => setOpened(null)} onChange={refresh} />}
    </>
  );
}

/** The same object for as long as the address says the same. */
function useFilter(url: URL): Filter {
  const [kept, setKept] = useState(() => filterOf(url.searchParams));
  const found = filterOf(url.searchParams);
  if (JSON.stringify(found) === JSON.stringify(kept)) return kept;
  setKept(found);
  return found;
}

interface Pages {
  after: number | null;
  number: number;
  forward: (next: number) => void;
  back: () => void;
  reset: () => void;
}

/** The server tells where the next page begins; where earlier ones began is remembered here. */
function usePages(filter: Filter): Pages {
  const [of, setOf] = useState(filter);
  const [starts, setStarts] = useState<number[]>([]);
  const current = of === filter ? starts : [];
  if (of !== filter) {
    setOf(filter);
    setStarts([]);
  }
  return {
    after: current.at(-1) ?? null,
    number: current.length + 1,
    forward: (next) => {
      setStarts([...current, next]);
      window.scrollTo(0, 0);
    },
    back: () => setStarts(current.slice(0, -1)),
    reset: () => setStarts([]),
  };
}
