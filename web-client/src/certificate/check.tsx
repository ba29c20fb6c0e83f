/** `/v/{number}?k={key}`: whether a certificate is genuine and valid, for the person who scans its QR code. */
import { useCallback } from 'react';
import { here } from '../base/path';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { Alert, Portal } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { CertificateState, CheckedCertificate } from '../protocol';
import { checkCertificate } from './api';
import { FileCheck } from './file-check';
import { useCertificateText } from './text';
import './certificate.css';

const TONES = { valid: 'good', superseded: 'fair', revoked: 'bad' } as const satisfies Record<
  CertificateState,
  string
>;

export default function CheckPage({ number }: { number: string }) {
  const { loading, check: words } = useCertificateText();
  const { t } = useText();
  const key = here().searchParams.get('k') ?? '';
  const load = useCallback((signal: AbortSignal) => checkCertificate(number, key, signal), [number, key]);
  const { value, problem, reload } = useLoaded(load);
  return (
    <Portal title={words.title}>
      <main className="portal-main certificate-main">
        <h1>{words.title}</h1>
        {!value && !problem && <p role="status">{loading}</p>}
        {problem === 'not_found' && (
          <section className="panel">
            <Alert>
              <b>{words.unknown}</b>
              <p>{words.unknownText}</p>
            </Alert>
          </section>
        )}
        {problem && problem !== 'not_found' && (
          <section className="panel">
            <Alert tone="fair">{problem === 'too_fast' ? words.tooFast : words.failed}</Alert>
            <div className="row">
              <button type="button" className="button primary" onClick={reload}>
                {t.retry}
              </button>
            </div>
          </section>
        )}
        {value && <Checked certificate={value} />}
        {value && <FileCheck certificate={value} />}
      </main>
    </Portal>
  );
}

function Checked({ certificate }: { certificate: CheckedCertificate }) {
  const { state: states, check: words } = useCertificateText();
  const { language } = useText();
  const { state, ended_at_ms: ended, replaced_by: next } = certificate;
  const hours = words.hoursOf(hoursFigure(certificate.hours_ch), certificate.hour_minutes);
  const lines: [string, string][] = [
    [words.number, certificate.number],
    [words.name, certificate.name],
    [words.programme, certificate.programme],
    [words.phase, certificate.phase],
    [words.hours, hours],
    [words.issuers, certificate.issuers.join('、')],
    [words.issuedOn, certificate.issued_on],
  ];
  return (
    <section className="panel" aria-label={words.title}>
      <Alert tone={TONES[state]}>
        <b className="certificate-state">{states[state]}</b>
        {ended !== null && <span> {words.since(formatDay(ended, language))}</span>}
        <p>{words.about[state]}</p>
        {next !== null && (
          <a className="button small" href={next}>
            {words.toNew}
          </a>
        )}
      </Alert>
      <dl className="certificate-lines">
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{words.masked}</p>
    </section>
  );
}
