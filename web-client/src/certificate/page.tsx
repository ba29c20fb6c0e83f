/** `/certificate/{phase}?as={seat}`: how the phase ends for a trainee, with every reason, and their certificate. */
import { useCallback, useState } from 'react';
import { SignedIn, Trouble } from '../account/signed-in';
import { ApiProblem } from '../api';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { ConclusionVerdict, MyCertificate, MyConclusion } from '../protocol';
import { hoursPage } from '../routes';
import { fileOf, myCertificate, myConclusion } from './api';
import { reasonText } from './reasons';
import { useCertificateText } from './text';
import './certificate.css';

const TONES = { completed: 'good', failed: 'bad', undecided: 'calm' } as const satisfies Record<
  ConclusionVerdict,
  string
>;

export default function CertificatePage({ phase, seat }: { phase: string; seat: string }) {
  const { mine: words } = useCertificateText();
  return (
    <SignedIn seat={seat} title={words.title}>
      {(who) => <Of phase={phase} seat={who.seat} />}
    </SignedIn>
  );
}

/** The certificate; null = there is none, as for most people, which is no fault. */
async function certificateOrNone(
  seat: string,
  phase: string,
  signal: AbortSignal,
): Promise<MyCertificate | null> {
  return myCertificate(seat, phase, signal).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.code === 'not_found') return null;
    throw error;
  });
}

function Of({ phase, seat }: { phase: string; seat: string }) {
  const { loading, mine: words } = useCertificateText();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [conclusion, certificate] = await Promise.all([
        myConclusion(seat, phase, signal),
        certificateOrNone(seat, phase, signal),
      ]);
      return { conclusion, certificate };
    },
    [seat, phase],
  );
  const { value, problem, reload } = useLoaded(load);
  return (
    <main className="portal-main certificate-main">
      <h1>{words.title}</h1>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{loading}</p>}
      {value && <Conclusion conclusion={value.conclusion} seat={seat} />}
      {value && <Certificate certificate={value.certificate} phase={phase} seat={seat} />}
    </main>
  );
}

function Conclusion({ conclusion, seat }: { conclusion: MyConclusion; seat: string }) {
  const { mine: words } = useCertificateText();
  const { language } = useText();
  const { verdict, provisional, reasons } = conclusion;
  return (
    <section className="panel" aria-label={conclusion.title}>
      <h2>{conclusion.title}</h2>
      <Alert tone={TONES[verdict]}>
        <b className="certificate-state">{words.verdict[verdict]}</b>
        {provisional && verdict !== 'undecided' && <p>{words.provisional}</p>}
      </Alert>
      <ul className="certificate-reasons">
        {reasons.map((reason) => (
          <li key={reason.reason}>{reasonText(reason, words.reason, language)}</li>
        ))}
      </ul>
      <div className="row">
        <a className="button" href={hoursPage(seat)}>
          {words.toHours}
        </a>
      </div>
    </section>
  );
}

interface CertificateProps {
  certificate: MyCertificate | null;
  phase: string;
  seat: string;
}

function Certificate({ certificate, phase, seat }: CertificateProps) {
  const { state: states, mine: words } = useCertificateText();
  const [copied, setCopied] = useState<boolean | null>(null);
  if (!certificate) {
    return (
      <section className="panel" aria-label={words.certificate}>
        <h2>{words.certificate}</h2>
        <p className="hint">{words.notYet}</p>
      </section>
    );
  }
  const { state, address } = certificate;
  const share = async () => {
    const done = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    setCopied(done ?? false);
  };
  return (
    <section className="panel" aria-label={words.certificate}>
      <h2>
        {words.certificate} · {states[state]}
      </h2>
      {state !== 'valid' && <Alert>{words[state]}</Alert>}
      <dl className="certificate-lines">
        <div>
          <dt>{words.number}</dt>
          <dd>{certificate.number}</dd>
        </div>
        <div>
          <dt>{words.issuedOn}</dt>
          <dd>{certificate.issued_on}</dd>
        </div>
      </dl>
      <div className="row wrap">
        <a className="button primary large" href={fileOf(seat, phase, 'file')} download>
          {words.download}
        </a>
        <button type="button" className="button large" onClick={() => void share()}>
          {words.share}
        </button>
        <a className="button large" href={fileOf(seat, phase, 'badge')} download>
          {words.badge}
        </a>
      </div>
      {copied !== null && <p role="status">{copied ? words.copied : words.notCopied}</p>}
      <p className="hint certificate-address">{address}</p>
      <p className="hint">{words.badgeHint}</p>
    </section>
  );
}
