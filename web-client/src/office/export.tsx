/** Files of a list: masked, or in full with a reason that is kept. */
import { useState } from 'react';
import { Dialog } from '../kit/dialog';
import { TextField } from '../kit/field';
import { Icon } from '../kit/icons';
import type { FileFormat } from './api';
import { useDesk } from './desk';
import { useOfficeText } from './text';

export const FORMATS: readonly FileFormat[] = ['xlsx', 'csv', 'gb18030'];

interface Props {
  title: string;
  /** The extent of the file, in words. */
  what: string;
  /** The address of a file; an empty reason = masked. */
  address: (format: FileFormat, reason: string) => string;
}

export function ExportButton({ title, what, address }: Props) {
  const { may } = useDesk();
  const o = useOfficeText();
  const r = o.registrations;
  const [open, setOpen] = useState(false);
  const [full, setFull] = useState(false);
  // Kept outside the dialog: nothing is lost when it is closed.
  const [reason, setReason] = useState('');
  const ready = !full || [...reason.trim()].length >= 2;
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="download" />
        {o.export}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p>{what}</p>
          <label className="switch">
            <input type="radio" name="numbers" checked={!full} onChange={() => setFull(false)} />
            {r.exportMasked}
          </label>
          {may('reveal') && (
            <label className="switch">
              <input type="radio" name="numbers" checked={full} onChange={() => setFull(true)} />
              {r.exportFull}
            </label>
          )}
          {full && <TextField label={o.reason} hint={o.reasonHint} value={reason} onChange={setReason} />}
          <FileLinks ready={ready} address={(format) => address(format, full ? reason.trim() : '')} />
        </Dialog>
      )}
    </>
  );
}

interface LinksProps {
  address: (format: FileFormat) => string;
  ready?: boolean;
  /** Whether this page takes the file back. */
  again?: boolean;
}

/** The same table in three forms. */
export function FileLinks({ address, ready = true, again = false }: LinksProps) {
  const o = useOfficeText();
  return (
    <>
      <div className="row wrap">
        {FORMATS.map((format) =>
          ready ? (
            <a key={format} className="button small" href={address(format)} download>
              <Icon name="download" />
              {o.formats[format]}
            </a>
          ) : (
            <button key={format} type="button" className="button small" disabled>
              <Icon name="download" />
              {o.formats[format]}
            </button>
          ),
        )}
      </div>
      <p className="hint">
        {o.csvHint}
        {again && ` ${o.csvAgain}`}
      </p>
    </>
  );
}
