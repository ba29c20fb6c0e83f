/** The audit log, the last first; nobody can change it, and this page only reads. */
import { type FormEvent, useCallback, useState } from 'react';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { type AuditFilter, audit, auditFile } from '../../office/api';
import type { AuditLine } from '../../protocol';
import { Trouble } from '../account/signed-in';
import { Icon } from '../icons';
import { useText } from '../text';
import { useLoaded } from '../use-loaded';
import { useDesk } from './desk';
import { Choice } from './filter-bar';
import { useOfficeText } from './text';

const EVERYTHING: AuditFilter = { actor: '', act: '', target: '' };

export default function Audit() {
  const { seat } = useDesk();
  const o = useOfficeText();
  const w = o.audit;
  const [filter, setFilter] = useState(EVERYTHING);
  const [typed, setTyped] = useState(EVERYTHING);
  const [starts, setStarts] = useState<number[]>([]);
  const before = starts.at(-1) ?? null;
  const load = useCallback(
    (signal: AbortSignal) => audit(seat, filter, before, signal),
    [seat, filter, before],
  );
  const { value, problem, reload } = useLoaded(load);
  const find = (event: FormEvent) => {
    event.preventDefault();
    setFilter({ actor: typed.actor.trim(), act: typed.act.trim(), target: typed.target.trim() });
    setStarts([]);
  };
  const box = (field: keyof AuditFilter) => (
    <input
      type="search"
      aria-label={w[field]}
      placeholder={w[field]}
      value={typed[field]}
      onChange={(event) => setTyped({ ...typed, [field]: event.target.value })}
    />
  );
  return (
    <>
      <div className="panel-head">
        <div>
          <h1>{w.title}</h1>
          <p className="hint">{w.hint}</p>
        </div>
        <span className="grow" />
        <a className="button" href={auditFile(seat)} download>
          <Icon name="download" />
          {w.file}
        </a>
      </div>
      <search>
        <form className="filter-bar" onSubmit={find}>
          {box('actor')}
          <Choice label={w.act} value={typed.act} onChange={(act) => setTyped({ ...typed, act })}>
            {Object.entries(w.acts)}
          </Choice>
          {box('target')}
          <button type="submit" className="button">
            <Icon name="search" />
            {o.registrations.searchGo}
          </button>
        </form>
      </search>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value?.events.length === 0 && <p className="panel empty">{w.none}</p>}
      {value && value.events.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="panel table-scroll" tabIndex={0} aria-label={w.title}>
          <table className="table office-table audit-table">
            <thead>
              <tr>
                {['#', w.time, w.who, w.what, w.whom, w.detail, w.hash].map((heading) => (
                  <th key={heading} scope="col">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value.events.map((line) => (
                <Line key={line.seq} line={line} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {value && (starts.length > 0 || value.next !== null) && (
        <nav className="pager" aria-label={o.page(starts.length + 1)}>
          <span className="grow" />
          <button
            type="button"
            className="button small"
            disabled={starts.length === 0}
            onClick={() => setStarts(starts.slice(0, -1))}
          >
            {o.previous}
          </button>
          <span>{o.page(starts.length + 1)}</span>
          <button
            type="button"
            className="button small"
            disabled={value.next === null}
            onClick={() => value.next !== null && setStarts([...starts, value.next])}
          >
            {o.next}
          </button>
        </nav>
      )}
    </>
  );
}

function Line({ line }: { line: AuditLine }) {
  const { language } = useText();
  const { audit: w } = useOfficeText();
  const machine: Record<string, string> = { server: w.server, cli: w.cli };
  return (
    <tr>
      <td>{line.seq}</td>
      <td>
        {formatDay(line.at_ms, language)} {formatTime(line.at_ms, true)}
      </td>
      <td title={line.actor}>{line.actor_name || machine[line.actor] || line.actor}</td>
      <td>
        <span title={line.act}>{w.acts[line.act] ?? line.act}</span>{' '}
        {!line.done && <span className="mark bad">{w.refused}</span>}
      </td>
      <td title={line.target}>{line.target_name ?? line.target}</td>
      <td className="detail">
        <code>{line.detail}</code>
      </td>
      <td title={line.hash}>
        <code>{line.hash.slice(0, 10)}</code>
      </td>
    </tr>
  );
}
