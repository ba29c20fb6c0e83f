/** The box for an operator's message to a whole class. */
import { useEffect, useRef, useState } from 'react';
import { isSendKey } from '../kit/ime';
import { CHAT_CHARS_MAX } from '../protocol';
import { useOperatorText } from './text';

export function MessageBox({ send }: { send: (text: string) => Promise<void> }) {
  const words = useOperatorText();
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
        maxLength={CHAT_CHARS_MAX}
        aria-label={words.messageTo}
        placeholder={words.messageTo}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const { key, keyCode } = event;
          if (isSendKey({ key, keyCode, isComposing: event.nativeEvent.isComposing })) submit();
        }}
      />
      <button type="button" className="button primary small" disabled={text.trim() === ''} onClick={submit}>
        {words.send}
      </button>
    </form>
  );
}
