/**
 * The office's certificates of a phase: people who wait, and certificates that are being issued, revoked or replaced.
 */
import { useCallback, useEffect } from 'react';
import { Trouble } from '../account/signed-in';
import { formatMoment } from '../i18n/dates';
import { AskButton } from '../kit/ask-button';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { CertificateBatch, CertificateDesk, LeftOut, WaitingRevocation } from '../protocol';
import { decideRevocation, desk, release } from './api';
import { ChangePanel } from './change';
import { whyText } from './reasons';
import { useCertificateText } from './text';
import './certificate.css';

/** The interval between requests while a list is being issued. */
const AGAIN_MS = 2_000;

export function CertificatesDesk({ seat, phase }: { seat: string; phase: string }) {
  const { loading, desk: words } = useCertificateText();
  const load = useCallback((signal: AbortSignal) => desk(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  const isRunning = value?.batches.some((batch) => batch.issued + batch.left_out < batch.total) ?? false;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isRunning, reload]);
  return (
    <>
      <div>
        <h1>{words.title}</h1>
        <p className="hint">{words.hint}</p>
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{loading}</p>}
      {value && <Release found={value} seat={seat} phase={phase} onDone={reload} />}
      {value && value.batches.length > 0 && <Batches found={value} />}
      {value && value.revocations.length > 0 && (
        <Revocations list={value.revocations} seat={seat} onDone={reload} />
      )}
      {value && value.valid > 0 && <ChangePanel seat={seat} onDone={reload} />}
    </>
  );
}

interface ReleaseProps {
  found: CertificateDesk;
  seat: string;
  phase: string;
  onDone: () => void;
}

function Release({ found, seat, phase, onDone }: ReleaseProps) {
  const { desk: words } = useCertificateText();
  const p = usePortalText();
  const sending = useSending();
  const send = async () => {
    await sending.send(() => release(seat, phase, found.ready));
    onDone();
  };
  return (
    <section className="panel" aria-label={words.release}>
      <h2>{found.ready > 0 ? words.ready(found.ready) : words.nobody}</h2>
      <p className="hint">{words.counts(found.valid, found.superseded, found.revoked)}</p>
      {found.trouble !== null && <Alert tone="fair">{words.trouble(found.trouble)}</Alert>}
      {found.unprintable.length > 0 && (
        <Alert tone="fair">
          {words.unprintable}
          <People list={found.unprintable} />
        </Alert>
      )}
      {found.unfounded.length > 0 && (
        <Alert>
          {words.unfounded}
          <ul className="certificate-reasons">
            {found.unfounded.map((number) => (
              <li key={number}>{number}</li>
            ))}
          </ul>
        </Alert>
      )}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {found.ready > 0 && found.trouble === null && (
        <div className="row">
          <AskButton
            className="button primary"
            title={words.release}
            question={words.releaseAsk(found.ready)}
            yes={words.release}
            onYes={() => void send()}
          >
            {words.release}
          </AskButton>
        </div>
      )}
    </section>
  );
}

function People({ list }: { list: readonly LeftOut[] }) {
  const { desk: words } = useCertificateText();
  return (
    <ul className="certificate-reasons">
      {list.map(({ name, why }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name
        <li key={at}>
          {name}: {whyText(why, words.why)}
        </li>
      ))}
    </ul>
  );
}

function Batches({ found }: { found: CertificateDesk }) {
  const { desk: words } = useCertificateText();
  return (
    <section className="panel" aria-label={words.batches}>
      <h2>{words.batches}</h2>
      {found.batches.map((batch) => (
        <Batch key={batch.at_ms} batch={batch} />
      ))}
      {found.left_out.length > 0 && (
        <details>
          <summary>{words.leftOut}</summary>
          <People list={found.left_out} />
        </details>
      )}
    </section>
  );
}

function Batch({ batch }: { batch: CertificateBatch }) {
  const { desk: words } = useCertificateText();
  const { language } = useText();
  const done = batch.issued + batch.left_out;
  return (
    <div className="certificate-batch">
      <span>{words.batch(batch.by, formatMoment(batch.at_ms, language))}</span>
      <progress max={batch.total} value={done} aria-label={words.batches} />
      <span role="status">{words.progress(done, batch.total)}</span>
    </div>
  );
}

interface RevocationsProps {
  list: readonly WaitingRevocation[];
  seat: string;
  onDone: () => void;
}

function Revocations({ list, seat, onDone }: RevocationsProps) {
  const { desk: words } = useCertificateText();
  const { language } = useText();
  const p = usePortalText();
  const sending = useSending();
  const decide = async (number: string, approve: boolean) => {
    await sending.send(() => decideRevocation(seat, number, approve));
    onDone();
  };
  return (
    <section className="panel" aria-label={words.revocations}>
      <h2>{words.revocations}</h2>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {list.map(({ number, reason, by, own, at_ms }) => (
        <div key={number} className="certificate-batch">
          <b>{number}</b>
          <span>{reason}</span>
          <small>{words.by(by, formatMoment(at_ms, language))}</small>
          {own && <small>{words.own}</small>}
          {!own && (
            <div className="row">
              <AskButton
                className="button small danger"
                danger
                title={words.agree}
                question={words.revokeAsk(number)}
                yes={words.agree}
                onYes={() => void decide(number, true)}
              >
                {words.agree}
              </AskButton>
              <button
                type="button"
                className="button small"
                disabled={sending.busy}
                onClick={() => void decide(number, false)}
              >
                {words.refuse}
              </button>
            </div>
          )}
        </div>
      ))}
    </section>
  );
}
