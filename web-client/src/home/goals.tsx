/**
 * The requirements of a trainee's phases, from the first day: the part that is done, the part that is missing, and the
 * button for it.
 */
import { figure, useEssayText, useLeft } from '../essay/text';
import { formatDay } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import type { EssayAsked, Goal, QuizGoal } from '../protocol';
import { quizState } from '../quiz/goal';
import { useQuizText } from '../quiz/text';
import { certificatePage, essayPage, quizPage } from '../routes';
import { useHomeText } from './text';

interface Props {
  goals: readonly Goal[];
  nowMs: number;
  seat: string;
}

export function GoalPanels({ goals, nowMs, seat }: Props) {
  return goals.map((goal) => <GoalPanel key={goal.phase} goal={goal} nowMs={nowMs} seat={seat} />);
}

function GoalPanel({ goal, nowMs, seat }: { goal: Goal; nowMs: number; seat: string }) {
  const e = useEssayText();
  const { home: words } = useHomeText();
  const { language } = useText();
  const left = useLeft();
  const q = useQuizText();
  const { essay, quiz } = goal;
  const hours = e.goal.hours(hoursFigure(goal.recognised_ch), hoursFigure(goal.hours_ch));
  const isQuizDone = !quiz?.about.required || quiz.passed;
  const isRestDone = (essay === null || essay.state === 'accepted') && goal.survey !== false;
  const isDone = goal.pace === 'done' && isRestDone && isQuizDone;
  const isBehind = goal.pace === 'behind' || goal.pace === 'short';
  // The time by which the next thing has to be done.
  const until =
    essay !== null && (essay.state === 'draft' || essay.state === 'returned')
      ? essay.closes_ms
      : goal.study_ends_ms;
  return (
    <section className="panel goal-panel" aria-label={e.goal.title}>
      <div className="panel-head">
        <h2>{e.goal.title}</h2>
        <span className="hint">{goal.title}</span>
      </div>
      <p className="goal-line">
        <span>{hours}</span>
        {essay && <span>{e.goal.essay(e.state[essay.state])}</span>}
        {quiz?.about.required && <span>{q.goal.line(quizState(quiz, nowMs, q))}</span>}
        {goal.survey !== null && <span>{q.goal.survey(goal.survey)}</span>}
        {!isDone && <span>{left(until, nowMs)}</span>}
      </p>
      <progress max={goal.hours_ch} value={Math.min(goal.hours_ch, goal.recognised_ch)} aria-label={hours} />
      {isDone && <p className="hint good">{e.goal.allDone}</p>}
      {isBehind && <Alert tone="fair">{e.goal.pace[goal.pace]}</Alert>}
      {goal.pace !== 'done' && (
        <p className="hint">
          {[
            goal.still_ch > 0 && e.goal.still(hoursFigure(goal.still_ch)),
            e.goal.studyEnds(formatDay(goal.study_ends_ms - 1, language)),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      {essay && <EssayLine essay={essay} nowMs={nowMs} seat={seat} />}
      {quiz && <QuizLine quiz={quiz} phase={goal.phase} nowMs={nowMs} seat={seat} />}
      {(isDone || nowMs >= goal.study_ends_ms) && (
        <div className="row">
          <a className="button" href={certificatePage(goal.phase, seat)}>
            {words.conclusion}
          </a>
        </div>
      )}
    </section>
  );
}

function EssayLine({ essay, nowMs, seat }: { essay: EssayAsked; nowMs: number; seat: string }) {
  const e = useEssayText();
  const isOpen = essay.state === 'draft' || essay.state === 'returned';
  const isLate = isOpen && nowMs >= essay.closes_ms;
  const begun = essay.count > 0 ? 'begun' : 'draft';
  const go = essay.asks_consent ? 'consent' : essay.state === 'draft' ? begun : essay.state;
  const closed = essay.asks_consent ? e.goal.excellent : e.state[essay.state];
  const about = isOpen ? e.goal.written(figure(essay.count), figure(essay.rule.least)) : closed;
  return (
    <div className="lesson-line goal-essay">
      <span className="grow">
        <b>{e.kind[essay.rule.kind]}</b>
        <small>{isLate ? e.over : about}</small>
      </span>
      <a
        className={essay.asks_consent || (isOpen && !isLate) ? 'button small primary' : 'button small'}
        href={essayPage(essay.phase, seat)}
      >
        {e.goal.go[go]}
      </a>
    </div>
  );
}

interface QuizProps {
  quiz: QuizGoal;
  phase: string;
  nowMs: number;
  seat: string;
}

function QuizLine({ quiz, phase, nowMs, seat }: QuizProps) {
  const q = useQuizText();
  const { about, best } = quiz;
  const isOpen = quiz.running || (!quiz.passed && quiz.tries_left > 0 && nowMs < about.closes_ms);
  const go = quiz.running ? 'goOn' : !isOpen ? 'look' : best === null ? 'begin' : 'again';
  const facts =
    best === null
      ? q.goal.facts(about.questions, about.minutes, about.pass)
      : q.goal.best(best, about.points);
  return (
    <div className="lesson-line goal-essay">
      <span className="grow">
        <b>{about.required ? q.title : `${q.title} · ${q.goal.free}`}</b>
        <small>{`${quizState(quiz, nowMs, q)} · ${facts}`}</small>
      </span>
      <a
        className={isOpen && about.required ? 'button small primary' : 'button small'}
        href={quizPage(phase, seat)}
      >
        {q.goal[go]}
      </a>
    </div>
  );
}
