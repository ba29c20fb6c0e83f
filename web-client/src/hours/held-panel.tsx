/** The declaration of the time of a class that nobody started, or that was ended by mistake; takes two people. */
import { type FormEvent, useCallback, useId, useState } from 'react';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { Form } from '../kit/form';
import { useText } from '../kit/text';
import { useLoaded, useSending } from '../kit/use-loaded';
import { HOURS_TEXT_CHARS_MAX } from '../limits';
import type { Declaration, Held, WaitingDeclaration } from '../protocol';
import { hoursPage } from '../routes';
import { choices, proposed } from './held';
import { decideHeld, declareHeld, heldOf, waitingHeld } from './held-api';
import { problemText, useHoursText } from './text';

/** The panel on the class sheet of a lesson that was judged. */
export function HeldPanel({
  lesson,
  seat,
  isShort,
  onChange,
}: {
  lesson: string;
  seat: string;
  /** Whether the lesson is worth less than planned. */
  isShort: boolean;
  onChange: () => void;
}) {
  const h = useHoursText();
  const { value, reload } = useLoaded(
    useCallback((signal: AbortSignal) => heldOf(lesson, seat, signal), [lesson, seat]),
  );
  const [told, setTold] = useState('');
  if (!value) return null;
  const { waiting, declared } = value;
  if (!waiting && declared.length === 0 && !value.may_declare) return null;
  const changed = (text: string) => {
    setTold(text);
    reload();
    onChange();
  };
  return (
    <section className="hours-card" aria-label={h.held.title}>
      <h2>{h.held.title}</h2>
      <div role="status">{told && <p className="banner calm">{told}</p>}</div>
      <ul className="office-list">
        {declared.map((one) => (
          <li key={one.id}>{h.held.declared(formatTime(one.from_ms, true), formatTime(one.to_ms, true))}</li>
        ))}
        {waiting && (
          <li>
            <Waiting one={waiting} seat={seat} mayConfirm={value.may_confirm} onDecided={changed} />
          </li>
        )}
      </ul>
      {!waiting && value.may_declare && (
        <details open={isShort && declared.length === 0 && value.media.length > 0}>
          <summary>{h.held.intro}</summary>
          <DeclareForm held={value} lesson={lesson} seat={seat} onSent={() => changed(h.held.sent)} />
        </details>
      )}
    </section>
  );
}

interface WaitingProps {
  one: Declaration;
  seat: string;
  mayConfirm: boolean;
  onDecided: (told: string) => void;
}

function Waiting({ one, seat, mayConfirm, onDecided }: WaitingProps) {
  const h = useHoursText();
  const sending = useSending();
  const decide = async (approve: boolean) => {
    const done = await sending.send(() => decideHeld(seat, one.id, approve));
    if (done) onDecided(approve ? h.held.confirmed : h.held.refused);
  };
  return (
    <>
      <p>
        <b>{h.held.span(formatTime(one.from_ms, true), formatTime(one.to_ms, true))}</b>
      </p>
      <p className="written">{h.held.askedBy(one.by, one.text)}</p>
      {one.own && <p className="hint">{h.held.own}</p>}
      {mayConfirm && (
        <p className="row wrap">
          {!one.own && (
            <button
              type="button"
              className="button small primary"
              disabled={sending.busy}
              onClick={() => void decide(true)}
            >
              {h.held.confirm}
            </button>
          )}
          <button
            type="button"
            className="button small"
            disabled={sending.busy}
            onClick={() => void decide(false)}
          >
            {h.held.refuse}
          </button>
        </p>
      )}
      {sending.problem && <p role="alert">{problemText(sending.problem, h)}</p>}
    </>
  );
}

interface FormProps {
  held: Held;
  lesson: string;
  seat: string;
  onSent: () => void;
}

function DeclareForm({ held, lesson, seat, onSent }: FormProps) {
  const h = useHoursText();
  const { language } = useText();
  const id = useId();
  const sending = useSending();
  const all = choices(held);
  const first = proposed(held);
  const [from, setFrom] = useState(first?.from_ms ?? 0);
  const [to, setTo] = useState(first?.to_ms ?? 0);
  const [text, setText] = useState('');
  if (!first) return <p className="hint">{h.held.none}</p>;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await sending.send(() => declareHeld(lesson, seat, { from_ms: from, to_ms: to, text }));
    if (done) onSent();
  };
  const select = (name: string, label: string, value: number, set: (ms: number) => void, least: number) => (
    <label htmlFor={`${id}-${name}`}>
      {label}{' '}
      <select id={`${id}-${name}`} value={value} onChange={(event) => set(Number(event.target.value))}>
        {all
          .filter(({ atMs }) => atMs > least)
          .map(({ atMs, planned }) => (
            <option key={atMs} value={atMs}>
              {planned ? h.held.planned(formatTime(atMs, true)) : formatTime(atMs, true)}
            </option>
          ))}
      </select>
    </label>
  );
  return (
    <Form className="column" draft={text.trim()} onSubmit={(event) => void submit(event)}>
      {held.until_ms !== null && (
        <p className="hint">{h.held.until(formatDay(held.until_ms, language), formatTime(held.until_ms))}</p>
      )}
      <p className="row wrap">
        {select('from', h.held.from, from, setFrom, -1)}
        {select('to', h.held.to, to, setTo, from)}
      </p>
      <label htmlFor={`${id}-text`}>{h.held.text}</label>
      <textarea
        id={`${id}-text`}
        required
        maxLength={HOURS_TEXT_CHARS_MAX}
        rows={2}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p>
        <button
          type="submit"
          className="button primary"
          disabled={sending.busy || to <= from || !text.trim()}
        >
          {h.held.send}
        </button>
      </p>
      {sending.problem && <p role="alert">{problemText(sending.problem, h)}</p>}
    </Form>
  );
}

/** The declarations of all lessons that wait for a second person. */
export function HeldOffice({ seat }: { seat: string }) {
  const h = useHoursText();
  const { value, reload } = useLoaded(
    useCallback((signal: AbortSignal) => waitingHeld(seat, signal), [seat]),
  );
  const [told, setTold] = useState('');
  const changed = (text: string) => {
    setTold(text);
    reload();
  };
  if (!value) return null;
  return (
    <section className="hours-card" aria-label={h.held.waiting}>
      <h2>{h.held.waiting}</h2>
      <div role="status">{told && <p className="banner calm">{told}</p>}</div>
      {value.length === 0 && <p className="hint">{h.held.noWaiting}</p>}
      <ul className="office-list">
        {value.map((one: WaitingDeclaration) => (
          <li key={one.declaration.id}>
            <a href={hoursPage(seat, one.lesson)}>{one.title}</a>
            <Waiting one={one.declaration} seat={seat} mayConfirm onDecided={changed} />
          </li>
        ))}
      </ul>
    </section>
  );
}
