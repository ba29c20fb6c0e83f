/**
 * 在线确认 and 点名: asks the trainee for one press. Stands above the tabs, beside or below the picture, and never over it;
 * takes no focus, so that a half-typed message goes on.
 */
import { createPortal } from 'react-dom';
import { useFullscreenElement, useNow } from '../../kit/hooks';
import type { OpenCheck } from '../../protocol';
import type { Lesson, LessonView } from '../lesson';
import { useClassText } from '../text';
import { secondsLeft, shareLeft } from './check';
import { useSummons } from './summons';
import { type CheckView, useCheck } from './use-check';

/** The time to answer for guests, whose lessons come without rules. */
const ANSWER_S = 90;
/** The time left from which the bar says that it is getting late. */
const SHORT_S = 15;

export function ClassCheck({ lesson, view }: { lesson: Lesson; view: LessonView }) {
  const { t } = useClassText();
  const check = useCheck(lesson, view);
  const { phase, open } = check;
  const full = useFullscreenElement();
  const words = t.inClass.check;
  useSummons(phase === 'asked' && open ? open.check : null, words.tab);

  const answerS = lesson.person.rules?.answer_s ?? ANSWER_S;
  const title = open?.kind === 'roll' ? words.titleRoll : words.title;
  const told = phase === 'asked' ? words.announce(title, answerS) : phase === 'done' ? words.done : '';
  const sheet = phase !== 'none' && (
    <section className={`class-check ${phase}`} aria-label={title}>
      {phase === 'done' ? (
        <p className="class-check-done" aria-hidden="true">
          {words.done}
        </p>
      ) : (
        <Question check={check} title={title} answerS={answerS} clockOffsetMs={view.clockOffsetMs} />
      )}
    </section>
  );
  return (
    <>
      {/* Always in the page: a new text in it is read out, once, without interrupting. */}
      <p className="unseen" role="status">
        {told}
      </p>
      {full && sheet ? createPortal(sheet, full) : sheet}
    </>
  );
}

interface QuestionProps {
  check: CheckView;
  title: string;
  answerS: number;
  clockOffsetMs: number;
}

function Question({ check: { open, phase, answer }, title, answerS, clockOffsetMs }: QuestionProps) {
  const { t } = useClassText();
  const words = t.inClass.check;
  return (
    <>
      <h2>{title}</h2>
      {open && <TimeLeft open={open} answerS={answerS} clockOffsetMs={clockOffsetMs} />}
      <button
        type="button"
        className="button primary large"
        aria-busy={phase !== 'asked'}
        onClick={phase === 'asked' ? answer : undefined}
      >
        {phase === 'asked' ? words.yes : words.sending}
      </button>
      <p className={phase === 'unsent' ? 'hint waits' : 'hint'}>
        {phase === 'unsent' ? words.unsent : open ? words.asks[open.kind] : ''}
      </p>
    </>
  );
}

function TimeLeft({
  open,
  answerS,
  clockOffsetMs,
}: { open: OpenCheck } & Omit<QuestionProps, 'check' | 'title'>) {
  const { t } = useClassText();
  const now = useNow(500);
  // A clock that is a moment off must not promise more than the whole time.
  const left = Math.min(answerS, secondsLeft(open.deadline_ms, now, clockOffsetMs));
  const style = { '--share': shareLeft(left, answerS) } as React.CSSProperties;
  return (
    <span className={left <= SHORT_S ? 'time-left short' : 'time-left'} role="timer">
      <span className="time-drain" style={style} aria-hidden="true" />
      {left > 0 ? t.inClass.check.left(left) : t.inClass.check.over}
    </span>
  );
}
