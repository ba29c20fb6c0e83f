/** Announcements to the phase or to a class. */
import { type FormEvent, useCallback, useState } from 'react';
import { announce, announcements, takeBack } from '../../office/api';
import { Trouble } from '../account/signed-in';
import { AnnouncementText } from '../home/announcements';
import { AskButton } from '../portal/ask-button';
import { TextAreaField, TextField } from '../portal/field';
import { Alert } from '../portal/shell';
import { problemSentence, usePortalText } from '../portal/text';
import { useLoaded, useSending } from '../use-loaded';
import { ClassSelect, useChosenClass } from './classes';
import { useDesk } from './desk';
import { useOfficeText } from './text';
import '../styles/home.css';

export default function Announcements() {
  const { seat, phase } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const a = o.announcements;
  const { list: all, chosen, choose } = useChosenClass();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  const to = chosen === '' ? { phase: phase.id } : { class: chosen };
  const load = useCallback(
    (signal: AbortSignal) =>
      announcements(seat, chosen === '' ? { phase: phase.id } : { class: chosen }, signal),
    [seat, phase.id, chosen],
  );
  const list = useLoaded(load);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTold('');
    if (!(await sending.send(() => announce(seat, { ...to, title: title.trim(), text: text.trim() }))))
      return;
    setTitle('');
    setText('');
    setTold(a.sent);
    list.reload();
  };
  const remove = async (id: number) => {
    if (await sending.send(() => takeBack(seat, id))) list.reload();
  };
  return (
    <>
      <div>
        <h1>{a.title}</h1>
        <p className="hint">{a.hint}</p>
      </div>
      <form className="panel form" onSubmit={submit}>
        <ClassSelect list={all ?? []} value={chosen} onChange={choose} all={a.wholePhase} />
        <TextField label={a.subject} value={title} onChange={setTitle} />
        <TextAreaField label={a.text} value={text} rows={5} onChange={setText} />
        {sending.refusal && (
          <Alert>{problemSentence(sending.refusal, p, { text_length: p.wrong.too_long })}</Alert>
        )}
        {told && <Alert tone="good">{told}</Alert>}
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={sending.busy || title.trim() === '' || text.trim() === ''}
          >
            {a.send}
          </button>
        </div>
      </form>
      {list.problem && <Trouble problem={list.problem} onRetry={list.reload} />}
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
