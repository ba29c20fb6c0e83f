/** The decisions of operators: appeals, and corrections that wait for a second person. */
import { useCallback, useState } from 'react';
import { pageOf } from '../account/seats';
import { useClassText } from '../class/text';
import { formatDay } from '../i18n/dates';
import { hoursFigure, signedFigure } from '../i18n/figures';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { type Loaded, useLoaded, useSending } from '../kit/use-loaded';
import type { Appeal, Me, WaitingCorrection } from '../protocol';
import { hoursPage } from '../routes';
import { allAppeals, approveCorrection, decideAppeal, waitingCorrections } from './api';
import { DecisionForm, Words } from './decision-form';
import { HoursHead, HoursMain } from './head';
import { HeldOffice } from './held-panel';
import { reasonText } from './reasons';
import { problemText, useHoursText } from './text';

/** The same page inside the office. */
export function AppealsDesk({ seat }: { seat: string }) {
  const h = useHoursText();
  const office = useOffice(seat);
  const { appeals, corrections, reload } = office;
  const problem = appeals.problem ?? corrections.problem;
  return (
    <>
      <h1>{h.desk}</h1>
      {problem && <Alert>{problemText(problem, h)}</Alert>}
      <Waiting seat={seat} office={office} lesson={null} onChange={reload} />
    </>
  );
}

/** `/hours` of an operator: everything that waits, of all lessons. */
export function OfficePage({ person }: { person: Me }) {
  const h = useHoursText();
  const office = useOffice(person.seat);
  const { appeals, corrections, reload } = office;
  return (
    <HoursMain wide>
      <HoursHead
        person={person}
        title={h.desk}
        hint={person.name}
        problem={appeals.problem ?? corrections.problem}
        onRefresh={reload}
      >
        {person.role === 'operator' && (
          <a className="button quiet small" href={pageOf(person)}>
            {h.office.wall}
          </a>
        )}
      </HoursHead>
      <Waiting seat={person.seat} office={office} lesson={null} onChange={reload} />
      <HeldOffice seat={person.seat} />
    </HoursMain>
  );
}

/** The same for one lesson, below its sheet. */
export function Office({ seat, lesson, onChange }: { seat: string; lesson: string; onChange: () => void }) {
  const office = useOffice(seat);
  const changed = () => {
    office.reload();
    onChange();
  };
  return <Waiting seat={seat} office={office} lesson={lesson} onChange={changed} />;
}

interface OfficeState {
  appeals: Loaded<Appeal[]>;
  corrections: Loaded<WaitingCorrection[]>;
  reload: () => void;
}

function useOffice(seat: string): OfficeState {
  const appeals = useLoaded(useCallback((signal: AbortSignal) => allAppeals(seat, signal), [seat]));
  const corrections = useLoaded(
    useCallback((signal: AbortSignal) => waitingCorrections(seat, signal), [seat]),
  );
  const reload = () => {
    appeals.reload();
    corrections.reload();
  };
  return { appeals, corrections, reload };
}

interface WaitingProps {
  seat: string;
  office: OfficeState;
  /** The lesson to which the list is limited; null = all lessons. */
  lesson: string | null;
  onChange: () => void;
}

function Waiting({ seat, office, lesson, onChange }: WaitingProps) {
  const h = useHoursText();
  const [told, setTold] = useState('');
  const changed = (text: string) => {
    setTold(text);
    onChange();
  };
  const here = (one: { lesson: string }) => lesson === null || one.lesson === lesson;
  const appeals = office.appeals.value?.filter(here) ?? [];
  const corrections = office.corrections.value?.filter(here) ?? [];
  const open = appeals.filter((appeal) => appeal.state === 'open');
  const decided = appeals.filter((appeal) => appeal.state !== 'open');
  return (
    <>
      {/* The decided one leaves the list; its outcome is told here. */}
      <div role="status">{told && <p className="banner calm">{told}</p>}</div>
      <section className="hours-card" aria-label={h.office.appeals}>
        <h2>{h.office.appeals}</h2>
        {open.length === 0 && office.appeals.value && <p className="hint">{h.office.noAppeals}</p>}
        <ul className="office-list">
          {open.map((appeal) => (
            <AppealItem key={appeal.id} appeal={appeal} seat={seat} onDecided={changed} />
          ))}
        </ul>
        {decided.length > 0 && (
          <details>
            <summary>{h.office.decided(decided.length)}</summary>
            <ul className="office-list">
              {decided.map((appeal) => (
                <AppealItem key={appeal.id} appeal={appeal} seat={seat} onDecided={changed} />
              ))}
            </ul>
          </details>
        )}
      </section>
      <section className="hours-card" aria-label={h.office.waiting}>
        <h2>{h.office.waiting}</h2>
        {corrections.length === 0 && office.corrections.value && <p className="hint">{h.office.noWaiting}</p>}
        <ul className="office-list">
          {corrections.map((correction) => (
            <CorrectionItem key={correction.id} correction={correction} seat={seat} onDecided={changed} />
          ))}
        </ul>
      </section>
    </>
  );
}

interface AppealProps {
  appeal: Appeal;
  seat: string;
  onDecided: (told: string) => void;
}

function AppealItem({ appeal, seat, onDecided }: AppealProps) {
  const h = useHoursText();
  const { language } = useText();
  return (
    <li>
      <p className="row wrap">
        <b>{appeal.name}</b>
        <a href={hoursPage(seat, appeal.lesson)}>{appeal.title}</a>
        <small>{formatDay(appeal.at_ms, language)}</small>
        <span className={`mark ${appeal.state}`}>{h.appeal.state[appeal.state]}</span>
      </p>
      <p className="written">{appeal.text}</p>
      {appeal.answer && (
        <p className="written">
          <b>{h.appeal.answer}</b> {appeal.answer}
        </p>
      )}
      {appeal.state === 'open' && (
        <details>
          <summary>{h.decision.title}</summary>
          <p className="hint">{h.decision.balance(hoursFigure(appeal.balance_ch))}</p>
          <DecisionForm
            balanceCh={appeal.balance_ch}
            send={(decision) => decideAppeal(seat, appeal.id, decision)}
            onSent={onDecided}
          />
        </details>
      )}
    </li>
  );
}

interface CorrectionProps {
  correction: WaitingCorrection;
  seat: string;
  onDecided: (told: string) => void;
}

function CorrectionItem({ correction, seat, onDecided }: CorrectionProps) {
  const { t, language } = useClassText();
  const h = useHoursText();
  const sending = useSending();
  const [why, setWhy] = useState('');
  const { figures } = correction;
  const decide = async (approve: boolean) => {
    const told = { entered: h.office.approved, waits: h.office.seconded };
    let outcome = h.office.refused;
    const done = await sending.send(async () => {
      const corrected = await approveCorrection(seat, correction.id, { approve, text: why.trim() });
      if (approve) outcome = told[corrected];
    });
    if (done) onDecided(outcome);
  };
  const button = (approve: boolean, label: string, tone: string) => (
    <button
      type="button"
      className={`button small ${tone}`}
      disabled={sending.busy}
      onClick={() => void decide(approve)}
    >
      {label}
    </button>
  );
  return (
    <li>
      <p className="row wrap">
        <b>{correction.name}</b>
        <a href={hoursPage(seat, correction.lesson)}>{correction.title}</a>
        <b className={figures.delta_ch < 0 ? 'entry-change less' : 'entry-change'}>
          {signedFigure(figures.delta_ch)} {h.account.unit}
        </b>
        <small>
          {correction.by === null ? h.office.askedByServer : h.office.askedBy(correction.by)} ·{' '}
          {formatDay(correction.at_ms, language)}
        </small>
      </p>
      <p className="written">
        {correction.because === null
          ? h.decision.codes[figures.code]
          : `${h.office.recomputed}: ${reasonText(correction.because, h, t)}`}
        {figures.text && `: ${figures.text}`}
      </p>
      {correction.refused !== null && <p className="written">{h.office.refusedWith(correction.refused)}</p>}
      {correction.refused === null && correction.own && <p className="hint">{h.office.own}</p>}
      {correction.refused === null && !correction.own && (
        <>
          <p className="hint">{h.decision.balance(hoursFigure(figures.seen_balance_ch))}</p>
          <Words label={h.office.why} value={why} onChange={setWhy} />
          <div className="row">
            {button(true, h.office.approve, 'primary')}
            {button(false, h.office.refuse, 'danger-quiet')}
          </div>
        </>
      )}
      {sending.problem && (
        <p className="field-problem" role="alert">
          {problemText(sending.problem, h)}
        </p>
      )}
    </li>
  );
}
