/** A file is read whole or not at all; everything that is wrong with it is listed by row and column. */
import { type ChangeEvent, useRef, useState } from 'react';
import type { Imported, Mistake } from '../../protocol';
import { Icon } from '../icons';
import { Alert } from '../portal/shell';
import { mistakeSentence, problemSentence, usePortalText } from '../portal/text';
import { useSending } from '../use-loaded';
import { useOfficeText } from './text';

/** The server tells no more. */
const MISTAKES_MAX = 500;

interface Props {
  title: string;
  hint: string;
  send: (file: File) => Promise<Imported>;
  onDone: () => void;
}

export function ImportFile({ title, hint, send, onDone }: Props) {
  const p = usePortalText();
  const o = useOfficeText();
  const [name, setName] = useState('');
  const [done, setDone] = useState<Imported | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const sending = useSending();
  const chosen = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = ''; // The same file can be chosen again once it was put right.
    if (!file) return;
    setName(file.name);
    setDone(null);
    const ok = await sending.send(async () => setDone(await send(file)));
    if (ok) onDone();
  };
  const mistakes = sending.refusal?.wrong ?? [];
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
          accept=".xlsx,.csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"
          onChange={(event) => void chosen(event)}
        />
        <button
          type="button"
          className="button primary"
          disabled={sending.busy}
          onClick={() => input.current?.click()}
        >
          <Icon name="upload" />
          {sending.busy ? o.importing : o.chooseFile}
        </button>
        {name && <small>{name}</small>}
      </div>
      {done && <Alert tone="good">{o.imported(done.rows, done.new, done.changed)}</Alert>}
      {sending.refusal && (
        <Alert>{mistakes.length > 0 ? o.nothingTaken : problemSentence(sending.refusal, p)}</Alert>
      )}
      {mistakes.length > 0 && <Mistakes mistakes={mistakes} />}
    </section>
  );
}

function Mistakes({ mistakes }: { mistakes: readonly Mistake[] }) {
  const p = usePortalText();
  const o = useOfficeText();
  const count = mistakes.length;
  return (
    <>
      <p className="hint">{count >= MISTAKES_MAX ? o.mistakesMost(count) : o.mistakes(count)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll mistakes" tabIndex={0} aria-label={o.mistakeWhat}>
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
                <td>{mistake.wrong === 'choice' ? o.mistakeChoice : mistakeSentence(mistake, p)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
