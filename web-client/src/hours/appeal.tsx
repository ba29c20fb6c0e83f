/** 申诉: the earlier ones with their outcome, and the form for a new one. Enter never sends it. */
import { useId, useState } from 'react';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { useText } from '../kit/text';
import { useUnsaved } from '../kit/unsaved';
import { useSending } from '../kit/use-loaded';
import type { Appeal, MyLesson } from '../protocol';
import { openAppeal } from './api';
import { problemText, useHoursText } from './text';
import { checkText } from './words';

interface Props {
  lesson: MyLesson;
  appeals: Appeal[];
  seat: string;
  onChange: () => void;
}

export function AppealArea({ lesson, appeals, seat, onChange }: Props) {
  const h = useHoursText();
  const { language } = useText();
  const [writing, setWriting] = useState(false);
  /** The number of appeals when one was sent: until the list has it, the form stays away. */
  const [sentAt, setSentAt] = useState(-1);
  const sent = sentAt === appeals.length;
  const until = lesson.appeal_until_ms;
  const pending = appeals.some((appeal) => appeal.state === 'open' || appeal.state === 'waits');
  return (
    <section className="appeals" aria-label={`${h.appeal.open}: ${lesson.title}`}>
      {appeals.map((appeal) => (
        <OwnAppeal key={appeal.id} appeal={appeal} />
      ))}
      {sent && <p role="status">{h.appeal.sent}</p>}
      {until === null && appeals.length === 0 && <p className="hint">{h.appeal.over}</p>}
      {until !== null && !pending && !sent && (
        <div className="row wrap">
          <button
            type="button"
            className="button small"
            aria-expanded={writing}
            onClick={() => setWriting(!writing)}
          >
            {h.appeal.open}
          </button>
          <span className="hint">{h.appeal.until(formatDay(until, language), formatTime(until))}</span>
        </div>
      )}
      {writing && !pending && !sent && (
        <AppealForm
          send={(text) => openAppeal(seat, { lesson: lesson.lesson, text })}
          onSent={() => {
            setSentAt(appeals.length);
            setWriting(false);
            onChange();
          }}
        />
      )}
    </section>
  );
}

function OwnAppeal({ appeal }: { appeal: Appeal }) {
  const h = useHoursText();
  const { language } = useText();
  return (
    <div className={`own-appeal ${appeal.state}`}>
      <p>
        <b>{h.appeal.yours}</b> <small>{formatDay(appeal.at_ms, language)}</small>
      </p>
      <p className="written">{appeal.text}</p>
      <p>
        <span className={`mark ${appeal.state}`}>{h.appeal.state[appeal.state]}</span>
      </p>
      {appeal.answer && (
        <p className="written">
          <b>{h.appeal.answer}</b> {appeal.answer}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  send: (text: string) => Promise<unknown>;
  onSent: () => void;
}

export function AppealForm({ send, onSent }: FormProps) {
  const h = useHoursText();
  const field = useId();
  const [written, setWritten] = useState('');
  useUnsaved(written.trim() !== '');
  const sending = useSending();
  const { text, left, ok } = checkText(written);
  const submit = async () => {
    if (ok && !sending.busy && (await sending.send(() => send(text)))) onSent();
  };
  return (
    <div className="field">
      <label htmlFor={field}>{h.appeal.label}</label>
      <textarea id={field} rows={4} value={written} onChange={(event) => setWritten(event.target.value)} />
      <p className={left < 0 ? 'field-problem' : 'hint'} role={left < 0 ? 'alert' : undefined}>
        {left < 0 ? h.appeal.tooMany(-left) : h.appeal.left(left)}
      </p>
      {sending.problem && (
        <p className="field-problem" role="alert">
          {problemText(sending.problem, h)}
        </p>
      )}
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={!ok || sending.busy}
          onClick={() => void submit()}
        >
          {sending.busy ? h.appeal.sending : h.appeal.send}
        </button>
      </div>
    </div>
  );
}
