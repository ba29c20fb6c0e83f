/**
 * The box for a new message. Keeps the text until the server has it; Enter never sends a text that an input method is
 * still composing.
 */
import { useState } from 'react';
import { Icon } from '../../kit/icons';
import { isSendKey } from '../../kit/ime';
import { CHAT_CHARS_MAX } from '../../protocol';
import { useClassText } from '../text';

export function ChatBox({ send }: { send: (text: string) => Promise<boolean> }) {
  const { t } = useClassText();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const trimmed = text.trim();
  const over = [...trimmed].length - CHAT_CHARS_MAX;

  const submit = async () => {
    if (trimmed === '' || over > 0 || sending) return;
    setSending(true);
    const sent = await send(trimmed);
    setSending(false);
    if (sent) setText((now) => (now.trim() === trimmed ? '' : now));
  };

  return (
    <form
      className="chat-box"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        rows={1}
        value={text}
        aria-label={t.chat.placeholder}
        placeholder={t.chat.placeholder}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const { key, keyCode, shiftKey } = event;
          if (!isSendKey({ key, keyCode, shiftKey, isComposing: event.nativeEvent.isComposing })) return;
          event.preventDefault();
          void submit();
        }}
      />
      <button
        type="submit"
        className="button primary"
        aria-label={t.chat.send}
        disabled={trimmed === '' || over > 0 || sending}
      >
        <Icon name="send" />
      </button>
      {over > 0 && (
        <p className="field-problem" role="alert">
          {t.chat.tooLong(over)}
        </p>
      )}
    </form>
  );
}
