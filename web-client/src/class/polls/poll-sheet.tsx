/** 提问, for staff: ask, watch the answers come in, show the result, and look at earlier questions. */
import { formatTime } from '../../i18n';
import { Sheet } from '../../kit/sheet';
import type { Command, PollRound, RoomState } from '../../protocol';
import { Names } from '../checks/rounds-sheet';
import type { Controls } from '../controls';
import { useClassText } from '../text';
import { PollBars } from './poll-bars';
import { AskPoll } from './poll-form';
import { bars, letterOf, type Votes, votesOf } from './polls';

interface Props {
  room: RoomState;
  controls: Controls;
  onClose: () => void;
}

export default function PollsSheet({ room, controls, onClose }: Props) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const act = (command: Command) => controls.act(command, words.refusal);
  const { poll, polls } = room;
  const open = poll?.result === null ? poll.poll : null;
  const rounds = [...polls].reverse();
  const now = rounds.find((round) => round.poll === open);
  const earlier = rounds.filter((round) => round.poll !== open);
  return (
    <Sheet title={t.polls.ask} onClose={onClose}>
      {now ? (
        <OpenPoll round={now} room={room} act={act} />
      ) : (
        <AskPoll ask={(asked) => act({ do: 'open_poll', poll: asked })} />
      )}
      {earlier.length > 0 && (
        <section className="column">
          <h3>{words.earlier}</h3>
          <ul className="rounds">
            {earlier.map((round) => (
              <EarlierPoll key={round.poll} round={round} room={room} isFree={!now} act={act} />
            ))}
          </ul>
        </section>
      )}
    </Sheet>
  );
}

type Act = (command: Command) => Promise<boolean>;

function OpenPoll({ round, room, act }: { round: PollRound; room: RoomState; act: Act }) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const votes = votesOf(round, room.participants);
  const { poll } = round;
  const finish = async (show: boolean) => {
    if ((await act({ do: 'close_poll', poll })) && show) await act({ do: 'show_poll', poll, on: true });
  };
  return (
    <section className="round open" aria-label={words.now} ref={bringIntoView}>
      <Asked round={round} title={words.now} />
      <p className="round-count" role="status">
        <b>{words.progress(votes.answered, votes.answered + votes.waiting.length)}</b>
      </p>
      <Outcome round={round} votes={votes} />
      <Voters round={round} room={room} votes={votes} />
      <div className="row wrap poll-finish">
        <button type="button" className="button primary" onClick={() => void finish(true)}>
          {words.finishShow}
        </button>
        <button type="button" className="button" onClick={() => void finish(false)}>
          {words.finish}
        </button>
      </div>
    </section>
  );
}

/** Scrolls an element into view, because the form that was here before may have been scrolled down. */
function bringIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

/** A closed poll. Its result can be shown, unless people are answering another one. */
function EarlierPoll(props: { round: PollRound; room: RoomState; isFree: boolean; act: Act }) {
  const { round, room, isFree, act } = props;
  const { t } = useClassText();
  const words = t.polls.staff;
  const votes = votesOf(round, room.participants);
  const shown = room.poll?.poll === round.poll;
  return (
    <li className={shown ? 'round open' : 'round'}>
      <Asked round={round} title={formatTime(round.at_ms)} />
      <p className="round-count">
        <b>{t.polls.answered(votes.answered)}</b>
        {shown && <span className="hint">{words.onScreen}</span>}
      </p>
      <Outcome round={round} votes={votes} />
      <Voters round={round} room={room} votes={{ ...votes, waiting: [] }} />
      {isFree && (
        <button
          type="button"
          className="button small"
          aria-pressed={shown}
          onClick={() => void act({ do: 'show_poll', poll: round.poll, on: !shown })}
        >
          {shown ? words.hide : words.show}
        </button>
      )}
    </li>
  );
}

function Asked({ round, title }: { round: PollRound; title: string }) {
  const { t } = useClassText();
  const { question, multiple } = round.ask;
  return (
    <h4 className="poll-asked">
      <small>{multiple ? `${title} · ${t.polls.many}` : title}</small>
      {question && <span>{question}</span>}
    </h4>
  );
}

function Outcome({ round, votes }: { round: PollRound; votes: Votes }) {
  const { options, right } = round.ask;
  return <PollBars bars={bars({ options, counts: votes.counts, answered: votes.answered, right })} />;
}

/** The voters of each option, and the missing people; behind a press, since others may see the screen. */
function Voters({ round, room, votes }: { round: PollRound; room: RoomState; votes: Votes }) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const { options } = round.ask;
  const label = (place: number) => letterOf(options, place) || options[place] || '';
  if (votes.answered + votes.waiting.length === 0) return null;
  return (
    <details className="poll-voters">
      <summary>{words.voters}</summary>
      {round.votes.map((who, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options have no other name, and two may be alike
        <Names key={place} label={label(place)} ids={who} room={room} />
      ))}
      <Names label={words.waiting} ids={votes.waiting} room={room} />
    </details>
  );
}
