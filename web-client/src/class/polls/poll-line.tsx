/** The line beside the picture while a poll is open: the number of answers, so that nobody forgets to close it. */
import type { RoomState } from '../../protocol';
import { useClassText } from '../text';
import { votesOf } from './polls';

export function PollLine({ room, onOpen }: { room: RoomState; onOpen: () => void }) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const open = room.poll?.result === null ? room.poll.poll : null;
  const round = room.polls.find((one) => one.poll === open);
  if (!round) return null;
  const { answered, waiting } = votesOf(round, room.participants);
  return (
    <p className="latest-round asking">
      <span>
        {words.now} <b>{words.progress(answered, answered + waiting.length)}</b>
      </span>
      <button type="button" className="button quiet small" onClick={onOpen}>
        {words.look}
      </button>
    </p>
  );
}
