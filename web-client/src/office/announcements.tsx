/** The announcements to the phase or to a class. */
import { type FormEvent, type ReactNode, useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { AnnouncementText } from '../home/announcements';
import { AskButton } from '../kit/ask-button';
import { TextAreaField, TextField } from '../kit/field';
import { Form } from '../kit/form';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useLoaded, useSending } from '../kit/use-loaded';
import { ANNOUNCEMENT_CHARS_MAX } from '../limits';
import { announce, announcements, takeBack } from './api';
import { ClassSelect, useChosenClass } from './classes';
import { useDesk, usePhase } from './desk';
import { useOfficeText } from './text';
import '../home/home.css';

export default function Announcements() {
  const { seat, may } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const { announcements: a } = useOfficeText();
  const { list: all, chosen, choose } = useChosenClass();
  const toPhase = may('make_phase'); // Others write to their classes alone.
  const to = toPhase || chosen !== '';
  const load = useCallback(
    async (signal: AbortSignal) => (to ? announcements(seat, addressee(phase.id, chosen), signal) : []),
    [seat, phase.id, chosen, to],
  );
  const list = useLoaded(load);
  const sending = useSending();
  const remove = async (id: number) => {
    if (await sending.send(() => takeBack(seat, id))) list.reload();
  };
  return (
    <>
      <div>
        <h1>{a.title}</h1>
        <p className="hint">{a.hint}</p>
      </div>
      <NewAnnouncementForm chosen={chosen} ready={to} onSent={list.reload}>
        <ClassSelect
          list={all ?? []}
          value={chosen}
          onChange={choose}
          label={a.to}
          {...(toPhase && { all: a.wholePhase })}
        />
      </NewAnnouncementForm>
      {list.problem && <Trouble problem={list.problem} onRetry={list.reload} />}
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <section className="panel" aria-label={a.title}>
        {list.value?.length === 0 && <p className="empty">{a.none}</p>}
        {list.value?.map((one) => (
          <AnnouncementText key={one.id} one={one}>
            <span className="grow" />
            <AskButton
              className="button small quiet danger-text"
              danger
              title={a.takeBack}
              question={a.takeBackAsk}
              yes={a.takeBack}
              onYes={() => void remove(one.id)}
            >
              {a.takeBack}
            </AskButton>
          </AnnouncementText>
        ))}
      </section>
    </>
  );
}

/** The number of characters left at which the page begins to tell it. */
const LEFT_TOLD = 500;

/** The class, or the whole phase when none is chosen. */
function addressee(phase: string, chosen: string): { phase: string } | { class: string } {
  return chosen === '' ? { phase } : { class: chosen };
}

interface FormProps {
  chosen: string;
  /** Whether the addressee is chosen. */
  ready: boolean;
  onSent: () => void;
  /** The choice of the addressee. */
  children: ReactNode;
}

function NewAnnouncementForm({ chosen, ready, onSent, children }: FormProps) {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const { announcements: a } = useOfficeText();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  const sending = useSending();
  const left = ANNOUNCEMENT_CHARS_MAX - [...text.trim()].length;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold('');
    const body = { ...addressee(phase.id, chosen), title: title.trim(), text: text.trim() };
    if (!(await sending.send(() => announce(seat, body)))) return;
    setTitle('');
    setText('');
    setTold(a.sent);
    onSent();
  };
  return (
    <Form className="panel form" draft={[title.trim(), text.trim()]} onSubmit={submit}>
      {children}
      <TextField label={a.subject} value={title} onChange={setTitle} />
      <TextAreaField
        label={a.text}
        value={text}
        rows={5}
        {...(left < LEFT_TOLD && left >= 0 && { hint: a.left(left) })}
        wrong={left < 0 ? a.above(-left) : null}
        onChange={setText}
      />
      {sending.refusal && (
        <Alert>{problemSentence(sending.refusal, p, { text_length: p.wrong.too_long })}</Alert>
      )}
      {told && <Alert tone="good">{told}</Alert>}
      <div className="row">
        <button
          type="submit"
          className="button primary"
          disabled={sending.busy || !ready || title.trim() === '' || text.trim() === '' || left < 0}
        >
          {a.send}
        </button>
      </div>
    </Form>
  );
}
