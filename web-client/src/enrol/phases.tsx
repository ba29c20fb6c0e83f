/** `/enrol`: every phase that takes registrations, open to everybody. */
import { Trouble } from '../account/signed-in';
import { formatCount } from '../i18n';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { Phase, Programme } from '../protocol';
import { enrolPage, FRONT } from '../routes';
import { programmes } from './api';
import { useEnrolText } from './text';

export function Phases({ seat, registered }: { seat: string | null; registered: readonly string[] }) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  const { value, problem, reload } = useLoaded(programmes);
  const shown = value?.filter((programme) => programme.phases.length > 0);
  return (
    <main className="portal-main">
      <div>
        <h1>{enrol.title}</h1>
        <p className="hint">{enrol.intro}</p>
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!shown && !problem && <p role="status">{p.loading}</p>}
      {shown?.length === 0 && <p className="panel">{enrol.none}</p>}
      {shown?.map((programme) => (
        <ProgrammePart key={programme.id} programme={programme} seat={seat} registered={registered} />
      ))}
      {seat === null && (
        <p className="hint">
          {enrol.have} <a href={FRONT}>{enrol.toSignIn}</a>
        </p>
      )}
    </main>
  );
}

interface PartProps {
  programme: Programme;
  seat: string | null;
  registered: readonly string[];
}

/** The order of phases: open ones first, closed ones last. */
const ORDER = { open: 0, not_open: 1, closed: 2 } as const;

function ProgrammePart({ programme, seat, registered }: PartProps) {
  const phases = [...programme.phases].sort(
    (a, b) => ORDER[a.timing] - ORDER[b.timing] || a.number - b.number,
  );
  return (
    <section className="column" aria-label={programme.title}>
      <div>
        <h2>{programme.title}</h2>
        <p className="hint">{programme.issuers.join(' · ')}</p>
      </div>
      {phases.map((phase) => (
        <PhaseCard key={phase.id} phase={phase} seat={seat} registered={registered.includes(phase.id)} />
      ))}
    </section>
  );
}

const TONE = { open: 'good', not_open: 'calm', closed: '' } as const;

function PhaseCard({ phase, seat, registered }: { phase: Phase; seat: string | null; registered: boolean }) {
  const { language } = useText();
  const { enrol } = useEnrolText();
  return (
    <article className="panel">
      <div className="panel-head">
        <h3>
          {enrol.phase(phase.number)} {phase.title}
        </h3>
        <span className="grow" />
        <span className={`mark ${TONE[phase.timing]}`}>{enrol.timing[phase.timing]}</span>
      </div>
      <PhaseFacts phase={phase} />
      {phase.timing === 'not_open' && (
        <p className="hint">{enrol.opens(formatDay(phase.registration_from_ms, language))}</p>
      )}
      {(phase.timing === 'open' || registered) && (
        <div className="row">
          <a className={registered ? 'button' : 'button primary'} href={enrolPage(phase.id, seat)}>
            {registered ? enrol.see : enrol.go}
          </a>
        </div>
      )}
    </article>
  );
}

export function PhaseFacts({ phase }: { phase: Phase }) {
  const { language } = useText();
  const { enrol } = useEnrolText();
  const days = ({ first, last }: Phase['study']) =>
    enrol.days(
      formatDay(Date.parse(`${first}T12:00:00+08:00`), language),
      formatDay(Date.parse(`${last}T12:00:00+08:00`), language),
    );
  return (
    <dl className="facts">
      <dt>{enrol.registration}</dt>
      <dd>{days(phase.registration)}</dd>
      <dt>{enrol.study}</dt>
      <dd>{days(phase.study)}</dd>
      <dt>{enrol.content}</dt>
      <dd>
        {enrol.hours(hoursFigure(phase.hours_ch))} · {enrol.seats(formatCount(phase.plan_seats))}
      </dd>
    </dl>
  );
}
