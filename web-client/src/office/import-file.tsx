/**
 * The import of a file, which is read whole or not at all. First it is only checked: the rows that would be taken, and
 * the parts that would not be used, are shown before anybody says yes; all mistakes are listed by row and column.
 */
import { type ChangeEvent, useRef, useState } from 'react';
import { Icon } from '../kit/icons';
import { mistakeSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { Imported, Mistake } from '../protocol';
import { useOfficeText } from './text';

interface Props {
  title: string;
  hint: string;
  /** Sends the file; with `check` nothing is taken yet. */
  send: (file: File, check: boolean) => Promise<Imported>;
  onDone: () => void;
}

/** The kinds of files. Those of old programs can be chosen, too: the server says how they are saved anew. */
const TAKEN =
  '.xlsx,.xls,.et,.csv,.txt,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,' +
  'application/vnd.ms-excel,text/csv,text/plain';

/** A file that was checked, and the rows that would be taken. */
interface Looked {
  file: File;
  found: Imported;
}

export function ImportFile({ title, hint, send, onDone }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const [name, setName] = useState('');
  const [looked, setLooked] = useState<Looked | null>(null);
  const [done, setDone] = useState<Imported | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const sending = useSending();
  const chosen = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = ''; // The same file can be chosen again once it was put right.
    if (!file) return;
    setName(file.name);
    setDone(null);
    setLooked(null);
    await sending.send(async () => setLooked({ file, found: await send(file, true) }));
  };
  const take = async ({ file }: Looked) => {
    const ok = await sending.send(async () => setDone(await send(file, false)));
    setLooked(null);
    if (ok) onDone();
  };
  const mistakes = sending.refusal?.wrong ?? [];
  const remarks = (looked?.found ?? done)?.remarks ?? [];
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <p className="hint">{hint}</p>
      <div className="row wrap">
        <input
          ref={input}
          type="file"
          className="unseen"
          tabIndex={-1}
          aria-label={title}
          accept={TAKEN}
          onChange={(event) => void chosen(event)}
        />
        <button
          type="button"
          className={looked ? 'button' : 'button primary'}
          disabled={sending.busy}
          onClick={() => input.current?.click()}
        >
          <Icon name="upload" />
          {sending.busy ? o.importing : o.chooseFile}
        </button>
        {name && <small>{name}</small>}
      </div>
      {looked && (
        <Preview
          found={looked.found}
          busy={sending.busy}
          onTake={() => void take(looked)}
          onBack={() => setLooked(null)}
        />
      )}
      {done && <Alert tone="good">{o.imported(done.rows, done.new, done.changed)}</Alert>}
      {remarks.length > 0 && <Mistakes what={o.remarks(countOf(remarks))} mistakes={remarks} />}
      {sending.refusal && (
        <Alert>
          {mistakes.length > 0 ? o.nothingTaken : problemSentence(sending.refusal, p, o.importProblem)}
        </Alert>
      )}
      {mistakes.length > 0 && <Mistakes what={o.mistakes(countOf(mistakes))} mistakes={mistakes} />}
    </section>
  );
}

interface PreviewProps {
  found: Imported;
  busy: boolean;
  onTake: () => void;
  onBack: () => void;
}

function Preview({ found, busy, onTake, onBack }: PreviewProps) {
  const o = useOfficeText();
  return (
    <div role="status">
      <p>
        <strong>{o.wouldImport(found.rows, found.new, found.changed)}</strong>
        {found.sheet !== undefined && ` ${o.fromSheet(found.sheet)}`}
      </p>
      <div className="row wrap">
        <button type="button" className="button primary" disabled={busy} onClick={onTake}>
          {o.import}
        </button>
        <button type="button" className="button" disabled={busy} onClick={onBack}>
          {o.back}
        </button>
      </div>
    </div>
  );
}

/** The number of mistakes, those that the server only counted included. */
export function countOf(list: readonly Mistake[]): number {
  const last = list.at(-1);
  return last?.wrong === 'more' ? list.length - 1 + (last.figures?.[0] ?? 0) : list.length;
}

function Mistakes({ what, mistakes }: { what: string; mistakes: readonly Mistake[] }) {
  const p = usePortalText();
  const o = useOfficeText();
  return (
    <>
      <p className="hint">{what}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll mistakes" tabIndex={0} aria-label={what}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{o.mistakeRow}</th>
              <th scope="col">{o.mistakeColumn}</th>
              <th scope="col">{o.mistakeField}</th>
              <th scope="col">{o.mistakeWhat}</th>
            </tr>
          </thead>
          <tbody>
            {mistakes.map((mistake, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is never reordered
              <tr key={at}>
                <td>{mistake.row ?? '—'}</td>
                <td>{mistake.column ?? '—'}</td>
                <td>{mistake.field || '—'}</td>
                <td>{sentence(mistake)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );

  /** The sentence of a mistake. A choice without options is a unit or a nation: the exported table has their names. */
  function sentence(mistake: Mistake): string {
    if (mistake.wrong !== 'choice' || (mistake.choices ?? []).length > 0) return mistakeSentence(mistake, p);
    return (mistake.value === undefined ? '' : p.valueIs(mistake.value)) + o.mistakeChoice;
  }
}
