/** 在线确认: asks kindly, below the picture, while the lesson plays on. */
import { Sheet } from '../kit/sheet';
import { useReplayText } from './text';

export function CheckSheet({ onYes }: { onYes: () => void }) {
  const r = useReplayText();
  // Closing it is an answer as well: the person who closes it is here.
  return (
    <Sheet title={r.check.title} onClose={onYes} takesFocus={false}>
      <p>{r.check.body}</p>
      <button type="button" className="button primary large" onClick={onYes}>
        {r.check.yes}
      </button>
    </Sheet>
  );
}
