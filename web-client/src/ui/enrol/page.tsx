/** `/enrol` and `/enrol/{phase}`: account, form, and how the registration stands. */
import { useCallback, useState } from 'react';
import { account } from '../../account/api';
import { as, rememberedAccount } from '../../account/where';
import { myRegistrations, phaseOf, programmes, units } from '../../enrol/api';
import type { Draft } from '../../enrol/form';
import type { Account, MyRegistration, Phase, Unit } from '../../protocol';
import { SignedIn, Trouble } from '../account/signed-in';
import { Alert, Portal } from '../portal/shell';
import { usePortalText } from '../portal/text';
import { useLoaded } from '../use-loaded';
import { RegistrationFormStep } from './form';
import { NewAccountStep } from './new-account';
import { PhaseFacts, Phases } from './phases';
import { RegistrationPanel } from './registration';
import { useTraineeText } from './text';
import '../styles/enrol.css';

interface Props {
  phase: string | null;
  seat: string | null;
}

export default function EnrolPage({ phase, seat: given }: Props) {
  const { enrol } = useTraineeText();
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

/** A link without a seat on a device that is signed in. */
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
  const { enrol, mine: words } = useTraineeText();
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
  const { enrol } = useTraineeText();
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

/** The phase with its facts above everything that is done about it. */
function OnePhase({ phase, children }: OnePhaseProps) {
  const p = usePortalText();
  const { enrol } = useTraineeText();
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
      {value === null && <Alert>{enrol.problem.not_found}</Alert>}
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

/** As `useLoaded`, for what may be found not to be there. */
function useLoadedOnce<T>(load: (signal: AbortSignal) => Promise<T>) {
  const boxed = useCallback(async (signal: AbortSignal) => ({ found: await load(signal) }), [load]);
  const { value, problem, reload } = useLoaded(boxed);
  return { value: value?.found, problem, reload };
}
