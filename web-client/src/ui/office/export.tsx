/** Files of a list: masked, or in full with a reason that is kept. */
import { useState } from 'react';
import type { FileFormat } from '../../office/api';
import { Icon } from '../icons';
import { Dialog } from '../portal/dialog';
import { TextField } from '../portal/field';
import { useDesk } from './desk';
import { useOfficeText } from './text';

export const FORMATS: readonly FileFormat[] = ['xlsx', 'csv', 'gb18030'];

interface Props {
  title: string;
  /** How much of what goes into the file. */
  what: string;
  /** An empty reason: masked. */
  address: (format: FileFormat, reason: string) => string;
}

export function ExportButton({ title, what, address }: Props) {
  const { may } = useDesk();
  const o = useOfficeText();
  const r = o.registrations;
  const [open, setOpen] = useState(false);
  const [full, setFull] = useState(false);
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
}

/** The same table in three forms. */
export function FileLinks({ address, ready = true }: LinksProps) {
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
      <p className="hint">{o.csvHint}</p>
    </>
  );
}
