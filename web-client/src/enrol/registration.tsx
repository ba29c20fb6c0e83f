/** The state of a registration, the next step, and the actions of its owner. */
import { useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { AskButton } from '../kit/ask-button';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { useLoaded, useSending } from '../kit/use-loaded';
import type { Class, MyRegistration, RegistrationState } from '../protocol';
import { certificatePage, enrolPage } from '../routes';
import { chooseClass, classesOf, withdraw } from './api';
import { ConsentLine } from './consent';
import { useEnrolText } from './text';

/** The colour of the mark: good, waiting, bad. */
export const STATE_TONE: Record<RegistrationState, string> = {
  draft: '',
  submitted: 'calm',
  waitlisted: 'fair',
  rejected: 'bad',
  approved: 'good',
  placed: 'good',
  active: 'good',
  completed: 'good',
  failed: 'bad',
  withdrawn: '',
};

/** The number of steps that are done; none for ways that ended elsewhere. */
const STEPS_DONE: Partial<Record<RegistrationState, number>> = {
  draft: 0,
  submitted: 1,
  waitlisted: 1,
  approved: 2,
  placed: 3,
  active: 4,
  completed: 4,
};

interface Props {
  seat: string;
  mine: MyRegistration;
  onChange: (changed: MyRegistration) => void;
  /** Called to edit the form; absent = the form is on this page already. */
  onEdit?: () => void;
}

export function RegistrationPanel({ seat, mine, onChange, onEdit }: Props) {
  const { language } = useText();
  const p = usePortalText();
  const { mine: words, enrol } = useEnrolText();
  const sending = useSending();
  const done = STEPS_DONE[mine.state];
  const submitted = mine.submitted_at_ms;
  const leave = () => sending.send(async () => onChange(await withdraw(seat, mine.phase)));
  return (
    <section className="panel" aria-label={mine.phase_title}>
      <div className="panel-head">
        <h2>{mine.phase_title}</h2>
        <span className="grow" />
        <span className={`mark ${STATE_TONE[mine.state]}`}>{p.state[mine.state]}</span>
      </div>
      {done !== undefined && <Way done={done} />}
      <p>{standing(mine, words)}</p>
      {mine.waiting_place !== null && mine.state === 'waitlisted' && (
        <p>{words.waiting(mine.waiting_place)}</p>
      )}
      {mine.class && (
        <p>
          <b>
            {mine.class.host
              ? words.classOf(mine.class.number, mine.class.host)
              : words.class(mine.class.number)}
          </b>
        </p>
      )}
      {mine.reason && (
        <Alert tone={mine.state === 'rejected' ? 'fair' : 'calm'}>
          <b>{words.reason}</b>
          <br />
          {mine.reason}
        </Alert>
      )}
      {submitted !== null && (
        <p className="hint">
          {words.submitted(`${formatDay(submitted, language)} ${formatTime(submitted)}`)}
        </p>
      )}
      {mine.consent && <ConsentLine consent={mine.consent} />}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, enrol.problem)}</Alert>}
      {mine.may_choose_class && <ClassChoice seat={seat} mine={mine} onChange={onChange} />}
      <Actions seat={seat} mine={mine} onWithdraw={() => void leave()} {...(onEdit && { onEdit })} />
    </section>
  );
}

/** The sentence about the next step; nothing comes once the study is over. */
function standing(mine: MyRegistration, words: ReturnType<typeof useEnrolText>['mine']): string {
  const isOver = mine.study === 'closed';
  return (isOver && words.overText[mine.state]) || words.stateText[mine.state];
}

/** The states in which the phase has a conclusion, or comes to one. */
const ENDS: readonly RegistrationState[] = ['active', 'completed', 'failed'];

interface ActionsProps {
  seat: string;
  mine: MyRegistration;
  onEdit?: () => void;
  onWithdraw: () => void;
}

function Actions({ seat, mine, onEdit, onWithdraw }: ActionsProps) {
  const { mine: words } = useEnrolText();
  const editWord = mine.state === 'rejected' ? words.again : words.edit;
  return (
    <div className="row wrap">
      {mine.may_edit && onEdit && (
        <button type="button" className="button primary" onClick={onEdit}>
          {editWord}
        </button>
      )}
      {mine.may_edit && !onEdit && (
        <a className="button primary" href={enrolPage(mine.phase, seat)}>
          {editWord}
        </a>
      )}
      {ENDS.includes(mine.state) && (
        <a className="button" href={certificatePage(mine.phase, seat)}>
          {words.ending}
        </a>
      )}
      {mine.may_withdraw && (
        <AskButton
          className="button quiet danger-text"
          danger
          title={words.withdraw}
          question={words.withdrawAsk}
          yes={words.withdrawYes}
          onYes={onWithdraw}
        >
          {words.withdraw}
        </AskButton>
      )}
    </div>
  );
}

function Way({ done }: { done: number }) {
  const { mine } = useEnrolText();
  return (
    <ol className="steps">
      {mine.progress.map((name, index) => (
        <li
          key={name}
          className={index < done ? 'done' : ''}
          {...(index === Math.min(done, mine.progress.length - 1) && { 'aria-current': 'step' as const })}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

function ClassChoice({ seat, mine, onChange }: Pick<Props, 'seat' | 'mine' | 'onChange'>) {
  const p = usePortalText();
  const { mine: words, enrol } = useEnrolText();
  const [open, setOpen] = useState(mine.class === null);
  const load = useCallback((signal: AbortSignal) => classesOf(seat, mine.phase, signal), [seat, mine.phase]);
  const { value, problem, reload } = useLoaded(load);
  const sending = useSending();
  const pick = async (id: string) => {
    const done = await sending.send(async () => onChange(await chooseClass(seat, mine.phase, id)));
    if (done) setOpen(false);
    reload();
  };
  const mayChoose = (one: Class) => one.track === '' || one.track === mine.form.track;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.choose}</summary>
      <p className="hint">{words.chooseIntro}</p>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p, enrol.problem)}</Alert>}
      <ul className="choices">
        {value?.filter(mayChoose).map((one) => {
          const left = one.capacity - one.members;
          const own = one.id === mine.class?.id;
          return (
            <li key={one.id} className={own ? 'choice chosen' : 'choice'}>
              <span className="grow">
                <b>{one.host ? words.classOf(one.number, one.host) : words.class(one.number)}</b>
                <small>
                  {[one.track, one.host_kind && p.schoolKind[one.host_kind], words.left(left)]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
              {own ? (
                <span className="mark good">{words.picked}</span>
              ) : (
                <button
                  type="button"
                  className="button small"
                  disabled={left <= 0 || sending.busy}
                  onClick={() => void pick(one.id)}
                >
                  {words.pick}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
