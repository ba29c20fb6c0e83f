/**
 * 讲师提问: a question to everybody, until it is closed, and its result. Stands where a check stands,
 * beside or below the picture and never over it; takes no focus, so that a half-typed message goes on.
 */
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useFullscreenElement } from '../../kit/hooks';
import { Icon } from '../../kit/icons';
import type { Poll, PollResult } from '../../protocol';
import { useSummons } from '../checks/summons';
import type { Lesson, LessonView } from '../lesson';
import { useClassText } from '../text';
import { Dismissed } from './dismissed';
import { PollBars } from './poll-bars';
import { areShort, bars, chosenText, letterOf, toggled } from './polls';
import { type OwnAnswer, usePollAnswer } from './use-poll';

export function ClassPoll({ lesson, view }: { lesson: Lesson; view: LessonView }) {
  const { t } = useClassText();
  const poll = view.classroom.room?.poll ?? null;
  const own = usePollAnswer(lesson, view, poll?.poll ?? 0);
  const full = useFullscreenElement();
  const open = poll?.result === null ? poll : null;
  const asks = open !== null && own.choices.length === 0;
  useSummons(asks ? `poll ${open.poll}` : null, t.polls.tab);

  const [dismissed, dismiss] = useDismissed(lesson.person.seat, view);

  const sheet = poll && !dismissed && (
    <PollSheet
      key={`${poll.poll} ${poll.result !== null}`}
      poll={poll}
      own={own}
      onDismiss={() => dismiss(poll.poll)}
    />
  );
  return (
    <>
      {/* Always in the page: a new text in it is read out, once, without interrupting. */}
      <p className="unseen" role="status">
        {asks ? t.polls.announce(open.question || t.polls.aloud) : ''}
      </p>
      {full && sheet ? createPortal(sheet, full) : sheet}
    </>
  );
}

/** Whether this person has closed the result on the screen, and the call that closes one. */
function useDismissed(seat: string, view: LessonView): [boolean, (poll: number) => void] {
  const { room } = view.classroom;
  const poll = room?.poll ?? null;
  const key = `live-classroom.polls-closed.${room?.lesson}.${seat}`;
  const [closed] = useState(() => new Dismissed(key, sessionStorage));
  const [, setCount] = useState(0);
  const shown = poll?.result ? poll.poll : null;
  const before = useRef(shown);
  useEffect(() => {
    if (before.current !== null && before.current !== shown) closed.forget(before.current);
    before.current = shown;
  }, [closed, shown]);
  const dismiss = (which: number) => {
    closed.add(which);
    setCount((count) => count + 1);
  };
  return [shown !== null && closed.has(shown), dismiss];
}

interface Props {
  poll: Poll;
  own: OwnAnswer;
}

function PollSheet({ poll, own, onDismiss }: Props & { onDismiss: () => void }) {
  const { t } = useClassText();
  /** Whether the person wants it open; null = open until it is answered. */
  const [wished, setWished] = useState<boolean | null>(null);
  const { result } = poll;
  if (result) return <Result poll={poll} own={own} result={result} onClose={onDismiss} />;
  const answered = own.choices.length > 0 && own.waits === null;
  const unfolded = wished ?? !answered;
  return (
    <section className={unfolded ? 'class-poll' : 'class-poll folded'} aria-label={t.polls.asked}>
      {unfolded ? (
        <Question poll={poll} own={own} onDone={() => setWished(null)} onLater={() => setWished(false)} />
      ) : (
        <Folded poll={poll} choices={answered ? own.choices : []} onOpen={() => setWished(true)} />
      )}
    </section>
  );
}

function Question({ poll, own, onDone, onLater }: Props & { onDone: () => void; onLater: () => void }) {
  const { t } = useClassText();
  const words = t.polls;
  const [marked, setMarked] = useState<readonly number[] | null>(null);
  const chosen = marked ?? own.choices;
  const choose = (place: number) => {
    if (poll.multiple) setMarked(toggled(chosen, place));
    else give([place]);
  };
  const give = (choices: number[]) => {
    own.give(choices);
    onDone();
  };
  const waits = own.waits === 'unsent' ? words.unsent : own.waits === 'sending' ? words.sending : '';
  return (
    <>
      <header className="class-poll-head">
        <h2>{words.asked}</h2>
        {poll.multiple && <span className="hint">{words.many}</span>}
        <button type="button" className="button quiet small" onClick={onLater}>
          {words.later}
        </button>
      </header>
      <p className={poll.question ? 'class-poll-question' : 'hint'}>{poll.question || words.aloud}</p>
      <div className={areShort(poll.options) ? 'poll-options short' : 'poll-options'}>
        {poll.options.map((option, place) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: options have no other name, and two may be alike
            key={place}
            type="button"
            className="poll-option"
            aria-pressed={chosen.includes(place)}
            onClick={() => choose(place)}
          >
            {letterOf(poll.options, place) && <b className="poll-letter">{letterOf(poll.options, place)}</b>}
            <span>{option}</span>
          </button>
        ))}
      </div>
      {poll.multiple && (
        <button
          type="button"
          className="button primary large"
          disabled={chosen.length === 0}
          onClick={() => give([...chosen])}
        >
          {words.submit}
        </button>
      )}
      {waits && <p className={own.waits === 'unsent' ? 'hint waits' : 'hint'}>{waits}</p>}
    </>
  );
}

/** The poll in one line, so that there is room for everything else. */
function Folded(props: { poll: Poll; choices: readonly number[]; onOpen: () => void }) {
  const { poll, choices, onOpen } = props;
  const { t } = useClassText();
  const words = t.polls;
  const answered = choices.length > 0;
  return (
    <>
      <p className={answered ? 'class-poll-told good' : 'class-poll-told'}>
        {answered ? words.mine(chosenText(poll.options, choices)) : poll.question || words.asked}
      </p>
      <button type="button" className={answered ? 'button small' : 'button primary small'} onClick={onOpen}>
        {answered ? words.change : words.reply}
      </button>
    </>
  );
}

function Result({ poll, own, result, onClose }: Props & { result: PollResult; onClose: () => void }) {
  const { t } = useClassText();
  const words = t.polls;
  const { answered, counts, right } = result;
  return (
    <section className="class-poll result" aria-label={words.result}>
      <header className="class-poll-head">
        <h2>{words.result}</h2>
        <span className="hint">{words.answered(answered)}</span>
        <button type="button" className="icon-button" aria-label={t.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {poll.question && <p className="class-poll-question">{poll.question}</p>}
      <PollBars bars={bars({ options: poll.options, counts, answered, right, mine: own.choices })} />
    </section>
  );
}
