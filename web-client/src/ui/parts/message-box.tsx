/** The operator's words to a whole class. */
import { useEffect, useRef, useState } from 'react';
import { isSendKey } from '../../ime';
import { useText } from '../text';

export function MessageBox({ send }: { send: (text: string) => Promise<void> }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const submit = () => {
    if (text.trim() !== '') void send(text.trim());
  };
  return (
    <form
      className="chat-box"
      onSubmit={(event) => event.preventDefault()} // Enter is judged below, with the input method in mind.
    >
      <input
        type="text"
        ref={box}
        value={text}
        maxLength={500}
        aria-label={t.operator.messageTo}
        placeholder={t.operator.messageTo}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const { key, keyCode } = event;
          if (isSendKey({ key, keyCode, isComposing: event.nativeEvent.isComposing })) submit();
        }}
      />
      <button type="button" className="button primary small" disabled={text.trim() === ''} onClick={submit}>
        {t.operator.send}
      </button>
    </form>
  );
}
