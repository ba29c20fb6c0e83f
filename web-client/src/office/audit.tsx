/** The audit log, the last first; nobody can change it, and this page only reads. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { Icon } from '../kit/icons';
import { usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { AuditLine } from '../protocol';
import { type AuditFilter, audit, auditFile } from './api';
import { detailFields } from './audit-detail';
import { useDesk } from './desk';
import { Choice } from './filter-bar';
import { SectionHead } from './head';
import { Pager, usePages } from './pager';
import { PanelTable } from './table';
import { useOfficeText } from './text';

const EVERYTHING: AuditFilter = { actor: '', act: '', target: '' };

export default function Audit() {
  const { seat } = useDesk();
  const { audit: w } = useOfficeText();
  const [filter, setFilter] = useState(EVERYTHING);
  const pages = usePages<number>();
  const load = useCallback(
    (signal: AbortSignal) => audit(seat, filter, pages.start, signal),
    [seat, filter, pages.start],
  );
  const { value, problem, busy, reload } = useLoaded(load);
  return (
    <>
      <SectionHead title={w.title} hint={w.hint}>
        <a className="button" href={auditFile(seat)} download>
          <Icon name="download" />
          {w.file}
        </a>
      </SectionHead>
      <AuditSearch
        onFind={(wanted) => {
          setFilter(wanted);
          pages.reset();
        }}
      />
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value?.events.length === 0 && <p className="panel empty">{w.none}</p>}
      {value && value.events.length > 0 && (
        <PanelTable
          label={w.title}
          className="audit-table"
          busy={busy}
          headings={['#', w.time, w.who, w.what, w.whom, w.detail, w.hash]}
        >
          {value.events.map((line) => (
            <Line key={line.seq} line={line} />
          ))}
        </PanelTable>
      )}
      {value && <Pager pages={pages} next={value.next} />}
    </>
  );
}

function AuditSearch({ onFind }: { onFind: (filter: AuditFilter) => void }) {
  const o = useOfficeText();
  const w = o.audit;
  const [typed, setTyped] = useState(EVERYTHING);
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind({ actor: typed.actor.trim(), act: typed.act, target: typed.target.trim() });
  };
  const box = (field: 'actor' | 'target') => (
    <input
      type="search"
      aria-label={w[field]}
      placeholder={w[field]}
      value={typed[field]}
      onChange={(event) => setTyped({ ...typed, [field]: event.target.value })}
    />
  );
  return (
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
  );
}

function Line({ line }: { line: AuditLine }) {
  const { language } = useText();
  const { audit: w } = useOfficeText();
  const portal = usePortalText();
  const machine: Record<string, string> = { server: w.server, cli: w.cli, visitor: w.visitor };
  const fields = detailFields(line.detail, { audit: w, portal, language });
  return (
    <tr>
      <td>{line.seq}</td>
      <td>
        {formatDay(line.at_ms, language)} {formatTime(line.at_ms, true)}
      </td>
      <td title={line.actor}>{machine[line.actor] ?? line.actor_name}</td>
      <td>
        <span title={line.act}>{w.acts[line.act] ?? line.act}</span>{' '}
        {!line.done && <span className="mark bad">{w.refused}</span>}
      </td>
      <td title={line.target}>{line.target_name ?? line.target}</td>
      <td className="detail">
        {fields.length > 0 && (
          <dl>
            {fields.map(([name, value]) => (
              <div key={name}>
                {name && <dt>{name}</dt>}
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </td>
      <td title={line.hash}>
        <code>{line.hash.slice(0, 10)}</code>
      </td>
    </tr>
  );
}
