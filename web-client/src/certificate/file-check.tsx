/** The comparison of a PDF with the issued one; done on this device, nothing is uploaded. */
import { type DragEvent, useRef, useState } from 'react';
import { Alert } from '../kit/shell';
import type { CheckedCertificate } from '../protocol';
import { FILE_BYTES_MAX, sha256 } from './hash';
import { useCertificateText } from './text';

type Found = 'checking' | 'same' | 'other' | 'unable';

export function FileCheck({ certificate }: { certificate: CheckedCertificate }) {
  const { file: words } = useCertificateText();
  const [found, setFound] = useState<Found | null>(null);
  const [over, setOver] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const look = async (file: File | undefined) => {
    if (!file) return;
    setFound('checking');
    if (file.size > FILE_BYTES_MAX) return setFound('other');
    const hash = await sha256(await file.arrayBuffer()).catch(() => null);
    setFound(hash === null ? 'unable' : hash === certificate.pdf ? 'same' : 'other');
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void look(event.dataTransfer.files[0]);
  };
  const isValid = certificate.state === 'valid';

  return (
    <section className="panel" aria-label={words.title}>
      <h2>{words.title}</h2>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut of the button in it */}
      <div
        className={over ? 'file-drop over' : 'file-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p className="hint">{words.text}</p>
        <input
          ref={field}
          type="file"
          accept="application/pdf,.pdf"
          hidden
          onChange={(event) => {
            void look(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <button type="button" className="button" onClick={() => field.current?.click()}>
          {words.choose}
        </button>
      </div>
      {found === 'checking' && <p role="status">{words.checking}</p>}
      {found === 'same' && (
        <Alert tone={isValid ? 'good' : 'fair'}>{isValid ? words.same : words.sameNotValid}</Alert>
      )}
      {found === 'other' && <Alert>{words.other}</Alert>}
      {found === 'unable' && <Alert tone="fair">{words.unable}</Alert>}
    </section>
  );
}
