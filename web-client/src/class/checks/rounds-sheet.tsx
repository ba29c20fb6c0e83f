/**
 * Roll calls and checks as the instructor sees them: the number of answers, the missing people, and the button that
 * takes one back.
 */
import { formatTime } from '../../i18n';
import { ConfirmButton } from '../../kit/confirm';
import { useNow } from '../../kit/hooks';
import { Sheet } from '../../kit/sheet';
import type { CheckRound, ParticipantId, RoomState } from '../../protocol';
import type { LessonView } from '../lesson';
import { useClassText } from '../text';
import { secondsLeft } from './check';
import { namesOf, newestFirst, type RoundView, roundView } from './rounds';

interface Props {
  view: LessonView;
  room: RoomState;
  onVoid: (check: string) => void;
  onClose: () => void;
}

export function RoundsSheet({ view, room, onVoid, onClose }: Props) {
  const { t } = useClassText();
  const nowMs = useNow(1000) + view.clockOffsetMs;
  return (
    <Sheet title={t.inClass.roll.title} onClose={onClose}>
      {room.rounds.length === 0 && <p className="hint">{t.inClass.roll.none}</p>}
      <ul className="rounds">
        {newestFirst(room.rounds).map((round) => (
          <Round key={round.check} round={round} room={room} nowMs={nowMs} onVoid={onVoid} />
        ))}
      </ul>
    </Sheet>
  );
}

interface RoundProps {
  round: CheckRound;
  room: RoomState;
  nowMs: number;
  onVoid: (check: string) => void;
}

function Round({ round, room, nowMs, onVoid }: RoundProps) {
  const { t } = useClassText();
  const words = t.inClass.roll;
  const seen = roundView(round, nowMs);
  const state = {
    open: words.left(secondsLeft(round.deadline_ms, nowMs, 0)),
    counting: words.counting,
    closed: words.closed,
    void: words.void,
  };
  return (
    <li className={`round ${seen.is}`}>
      <h3>
        {words.kind[round.kind](round.block)} <small>{formatTime(round.at_ms)}</small>
      </h3>
      <p className="round-count">
        {seen.asked > 0 && <b>{words.answered(seen.answered, seen.asked)}</b>}
        <span className="hint">{state[seen.is]}</span>
      </p>
      <progress max={Math.max(1, seen.asked)} value={seen.answered} aria-hidden="true" />
      {seen.is !== 'void' && <Missing round={round} room={room} seen={seen} />}
      {seen.is !== 'void' && seen.asked > 0 && (
        <ConfirmButton
          className="button small"
          question={words.voidAsk}
          yes={words.voidYes}
          onYes={() => onVoid(round.check)}
        >
          {words.makeVoid}
        </ConfirmButton>
      )}
    </li>
  );
}

function Missing({ round, room, seen }: { round: CheckRound; room: RoomState; seen: RoundView }) {
  const { t } = useClassText();
  const words = t.inClass.roll;
  if (seen.asked === 0) return <p className="hint">{words.nobody}</p>;
  if (seen.asked === seen.answered) return <p className="hint good">{words.all}</p>;
  return (
    <>
      <Names label={words.missed} ids={round.missed} room={room} />
      <Names label={words.waiting} ids={round.waiting} room={room} />
    </>
  );
}

/** The number of names that are shown; the others wait behind a press. */
const NAMES_SHOWN = 12;

export function Names({ label, ids, room }: { label: string; ids: ParticipantId[]; room: RoomState }) {
  const { t } = useClassText();
  if (ids.length === 0) return null;
  const names = namesOf(ids, room.participants);
  const rest = names.slice(NAMES_SHOWN);
  const separator = '、';
  return (
    <div className="names">
      <p>
        <b>
          {label} {ids.length}
        </b>{' '}
        {names.slice(0, NAMES_SHOWN).join(separator)}
      </p>
      {rest.length > 0 && (
        <details>
          <summary>{t.inClass.roll.more(rest.length)}</summary>
          {rest.join(separator)}
        </details>
      )}
    </div>
  );
}

/** The newest round above the roster, and the way to all of them. */
export function LatestRound({ rounds, onOpen }: { rounds: CheckRound[]; onOpen: () => void }) {
  const { t } = useClassText();
  const words = t.inClass.roll;
  const newest = newestFirst(rounds)[0];
  if (!newest) return null;
  const { answered, asked, is } = roundView(newest, 0);
  const count = is === 'void' ? words.void : asked > 0 ? words.answered(answered, asked) : words.nobody;
  return (
    <p className="latest-round">
      <span>
        {words.kind[newest.kind](newest.block)} <b>{count}</b>
      </span>
      <button type="button" className="button quiet small" onClick={onOpen}>
        {words.show}
      </button>
    </p>
  );
}
