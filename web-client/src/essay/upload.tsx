/** A text from a file: read by the server, looked at by its author, and only then part of the draft. */
import { type ChangeEvent, useRef, useState } from 'react';
import { ApiProblem } from '../api';
import { Dialog } from '../kit/dialog';
import { Icon } from '../kit/icons';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import { ESSAY_FILE_BYTES_MAX } from '../limits';
import type { MyEssay, UploadedEssay } from '../protocol';
import { upload } from './api';
import { ReadText } from './read-text';
import { figure, useEssayProblem, useEssayText } from './text';

interface Props {
  seat: string;
  phase: string;
  mine: MyEssay;
  /** The text that is written already. */
  text: string;
  onText: (text: string) => void;
}

export function Upload({ seat, phase, mine, text, onText }: Props) {
  const { write } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send } = useSending();
  const [read, setRead] = useState<UploadedEssay | null>(null);
  const [name, setName] = useState(mine.file);
  const input = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file may be chosen again once it was mended.
    event.target.value = '';
    if (!file) return;
    void send(async () => {
      if (file.size > ESSAY_FILE_BYTES_MAX) throw new ApiProblem('file_too_large', file.name);
      const found = await upload(seat, phase, file);
      setName(found.name);
      if (text.trim() === '') onText(found.text);
      else setRead(found);
    });
  };
  const put = (next: string) => {
    onText(next);
    setRead(null);
  };
  return (
    <div className="essay-upload">
      <input
        ref={input}
        type="file"
        accept=".docx,.txt,text/plain,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        className="unseen"
        tabIndex={-1}
        aria-label={write.upload}
        onChange={chosen}
      />
      <div className="row wrap">
        <button type="button" className="button small" disabled={busy} onClick={() => input.current?.click()}>
          <Icon name="upload" />
          {busy ? write.uploading : write.upload}
        </button>
        <small className="grow">{name === null ? write.uploadHint : write.fileOf(name)}</small>
      </div>
      {refusal && <Alert>{sentence(refusal)}</Alert>}
      {read && (
        <Dialog title={write.uploaded(read.name, figure(read.count))} onClose={() => setRead(null)}>
          <p>{write.uploadAsk}</p>
          <ReadText label={write.preview} text={read.text} />
          <div className="row wrap end">
            <button type="button" className="button" onClick={() => put(`${text.trimEnd()}\n\n${read.text}`)}>
              {write.append}
            </button>
            <button type="button" className="button primary" onClick={() => put(read.text)}>
              {write.replace}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
