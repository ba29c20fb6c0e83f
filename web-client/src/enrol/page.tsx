/** `/enrol` and `/enrol/{phase}`: account, form, and the state of the registration. */
import { useCallback, useState } from 'react';
import { account } from '../account/api';
import { SignedIn, Trouble } from '../account/signed-in';
import { rememberedAccount } from '../account/where';
import { usePortalText } from '../kit/portal-text';
import { Alert, Portal } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { Account, MyRegistration, Phase, Unit } from '../protocol';
import { as, enrolPage, FRONT } from '../routes';
import { myRegistrations, phaseOf, programmes, units } from './api';
import type { Draft } from './form';
import { NewAccountStep } from './new-account';
import { PhaseFacts, Phases } from './phases';
import { RegistrationPanel } from './registration';
import { RegistrationFormStep } from './registration-form';
import { useEnrolText } from './text';
import './enrol.css';

interface Props {
  phase: string | null;
  seat: string | null;
}

export default function EnrolPage({ phase, seat: given }: Props) {
  const { enrol } = useEnrolText();
  const [seat, setSeat] = useState(given);
  const [known, setKnown] = useState<Partial<Draft>>({});
  useOwnSeat(seat, setSeat);
  if (seat === null) {
    return (
      <Portal title={enrol.title}>
        {phase === null ? (
          <Phases seat={null} registered={[]} />
        ) : (
          <OnePhase phase={phase}>
            <Steps at={0} />
            <NewAccountStep
              onMade={(made, typed) => {
                history.replaceState(null, '', as(location.pathname, made.seat));
                setKnown(typed);
                setSeat(made.seat);
              }}
            />
          </OnePhase>
        )}
      </Portal>
    );
  }
  return (
    <SignedIn seat={seat} title={enrol.title}>
      {(who) => <OfAccount who={who} phase={phase} known={known} />}
    </SignedIn>
  );
}

/** Finds the own seat for a link without one, on a device that is signed in. */
function useOwnSeat(seat: string | null, setSeat: (seat: string) => void): void {
  const find = useCallback(async () => {
    const remembered = seat === null ? rememberedAccount(localStorage) : null;
    if (remembered === null) return null;
    const { seat: living } = await account(remembered);
    history.replaceState(null, '', as(location.pathname, living));
    setSeat(living);
    return null;
  }, [seat, setSeat]);
  useLoaded(find);
}

function OfAccount({ who, phase, known }: { who: Account; phase: string | null; known: Partial<Draft> }) {
  const p = usePortalText();
  const load = useCallback((signal: AbortSignal) => myRegistrations(who.seat, signal), [who.seat]);
  const { value: mine, problem, reload } = useLoaded(load);
  if (problem) {
    return (
      <main className="portal-main">
        <Trouble problem={problem} onRetry={reload} />
      </main>
    );
  }
  if (!mine) return <main className="portal-main">{p.loading}</main>;
  if (phase === null) return <Phases seat={who.seat} registered={mine.map((one) => one.phase)} />;
  const own = mine.find((one) => one.phase === phase) ?? null;
  return (
    <OnePhase phase={phase}>
      {({ found, units: list }) => (
        <OwnRegistration key={own?.id ?? 0} who={who} phase={found} units={list} first={own} known={known} />
      )}
    </OnePhase>
  );
}

interface OwnProps {
  who: Account;
  phase: Phase;
  units: Unit[];
  first: MyRegistration | null;
  known: Partial<Draft>;
}

function OwnRegistration({ who, phase, units: list, first, known }: OwnProps) {
  const { enrol, mine: words } = useEnrolText();
  const [mine, setMine] = useState(first);
  const [editing, setEditing] = useState(first === null || (first.state === 'draft' && first.may_edit));
  if (editing && (mine === null ? phase.timing === 'open' : mine.may_edit)) {
    return (
      <>
        <Steps at={1} />
        {mine?.state === 'rejected' && mine.reason && (
          <Alert tone="fair">
            <b>{words.reason}</b>
            <br />
            {mine.reason}
          </Alert>
        )}
        <RegistrationFormStep
          seat={who.seat}
          phase={phase}
          units={list}
          mine={mine}
          known={{ ...(mine === null && { name: who.name }), ...known }}
          phone={who.phone}
          onSaved={(saved) => {
            setMine(saved);
            if (saved.state !== 'draft') setEditing(false);
            if (saved.state !== 'draft') window.scrollTo(0, 0);
          }}
        />
      </>
    );
  }
  if (mine === null) {
    return (
      <Alert tone="fair">{phase.timing === 'not_open' ? enrol.problem.not_open : enrol.problem.closed}</Alert>
    );
  }
  return (
    <>
      {mine.state === 'submitted' && <Steps at={2} />}
      <RegistrationPanel seat={who.seat} mine={mine} onChange={setMine} onEdit={() => setEditing(true)} />
    </>
  );
}

function Steps({ at }: { at: number }) {
  const { enrol } = useEnrolText();
  return (
    <ol className="steps">
      {enrol.steps.map((name, index) => (
        <li
          key={name}
          className={index < at ? 'done' : ''}
          {...(index === at && { 'aria-current': 'step' as const })}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

interface OnePhaseProps {
  phase: string;
  children: React.ReactNode | ((known: { found: Phase; units: Unit[] }) => React.ReactNode);
}

/** The phase with its facts, above everything that is done about it. */
function OnePhase({ phase, children }: OnePhaseProps) {
  const p = usePortalText();
  const { t } = useText();
  const { enrol } = useEnrolText();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const found = phaseOf(await programmes(signal), phase);
      return found ? { found, units: await units(found.programme, signal) } : null;
    },
    [phase],
  );
  const { value, problem, reload } = useLoadedOnce(load);
  return (
    <main className="portal-main">
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {value === undefined && !problem && <p role="status">{p.loading}</p>}
      {value === null && (
        <>
          <Alert>{enrol.problem.not_found}</Alert>
          <div className="row">
            <a className="button primary" href={enrolPage()}>
              {enrol.all}
            </a>
            <a className="button" href={FRONT}>
              {t.unknown.front}
            </a>
          </div>
        </>
      )}
      {value && (
        <>
          <header className="phase-head">
            <h1>
              {enrol.phase(value.found.number)} {value.found.title}
            </h1>
            <PhaseFacts phase={value.found} />
          </header>
          {typeof children === 'function' ? children(value) : children}
        </>
      )}
    </main>
  );
}

/** Like `useLoaded`, for data that may turn out not to exist. */
function useLoadedOnce<T>(load: (signal: AbortSignal) => Promise<T>) {
  const boxed = useCallback(async (signal: AbortSignal) => ({ found: await load(signal) }), [load]);
  const { value, problem, reload } = useLoaded(boxed);
  return { value: value?.found, problem, reload };
}
