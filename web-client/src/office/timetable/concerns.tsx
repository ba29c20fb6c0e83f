/** The concerns about a timetable, allowed and yet seldom meant: asked before lessons are saved, and as an overview. */
import { Fragment, useCallback } from 'react';
import { Trouble } from '../../account/signed-in';
import { useClassName } from '../../enrol/text';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { hoursFigure } from '../../i18n/figures';
import { useText } from '../../kit/text';
import { useAddress } from '../../kit/use-address';
import { useLoaded } from '../../kit/use-loaded';
import type { Concern, ConcernLesson } from '../../protocol';
import { officePage } from '../../routes';
import { concernsOf } from '../api';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';

/** The concerns about all lessons ahead; requested again when `turn` changes. */
export function ConcernsPanel({ turn }: { turn: number }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const { concerns: c } = useOfficeText();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  const load = useCallback(
    (signal: AbortSignal) => concernsOf(seat, phase.id, signal),
    [seat, phase.id, turn],
  );
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value || value.length === 0) return null;
  return (
    <details className="panel concerns">
      <summary>
        {c.title} <span className="mark fair">{value.length}</span>
      </summary>
      <ConcernList concerns={value} links />
    </details>
  );
}

/** The list of concerns, with `links` to the classes' timetables where no lesson is being written. */
export function ConcernList({ concerns, links = false }: { concerns: readonly Concern[]; links?: boolean }) {
  return (
    <ul className="outcome">
      {concerns.map((concern) => (
        <li key={`${concern.kind}.${concern.instructor?.person ?? ''}`} className="fair">
          <OneConcern concern={concern} links={links} />
        </li>
      ))}
    </ul>
  );
}

function OneConcern({ concern, links }: { concern: Concern; links: boolean }) {
  const { kind, instructor, lessons, count } = concern;
  const { concerns: c } = useOfficeText();
  const sentence = {
    no_instructor: c.noInstructor(count),
    at_once: c.atOnce(instructor?.name ?? '', count),
    too_short: c.tooShort(count),
  }[kind];
  return (
    <>
      <b>{sentence}</b>
      <ul>
        {grouped(lessons).map((group) => (
          <li key={`${group[0].lesson ?? ''}.${group[0].class_name}.${group[0].planned_start_ms}`}>
            <LessonLine of={group} links={links} tellsWorth={kind === 'too_short'} />
          </li>
        ))}
      </ul>
      {count > lessons.length && <p className="hint">{c.more(count - lessons.length)}</p>}
    </>
  );
}

type Group = [ConcernLesson, ...ConcernLesson[]];

/** The lessons of several classes that differ in nothing else, together, in the order of the list. */
export function grouped(lessons: readonly ConcernLesson[]): Group[] {
  const groups = new Map<string, Group>();
  for (const lesson of lessons) {
    const { lesson: _id, class_name: _class, ...rest } = lesson;
    const key = JSON.stringify(rest);
    const group = groups.get(key);
    if (group) group.push(lesson);
    else groups.set(key, [lesson]);
  }
  return [...groups.values()];
}

/** One line, and its classes as links to their timetables. */
function LessonLine({ of, links, tellsWorth }: { of: Group; links: boolean; tellsWorth: boolean }) {
  const className = useClassName();
  const { language } = useText();
  const { concerns: c } = useOfficeText();
  const [lesson] = of;
  const { planned_start_ms: from, planned_end_ms: to } = lesson;
  return (
    <>
      {formatDay(from, language)} {formatTime(from)}–{formatTime(to)} · {lesson.title}
      {of.map(({ lesson: id, class_name: name }) => (
        <Fragment key={`${id}.${name}`}>
          {name && ' · '}
          {name && (links ? <ClassLink of={name} /> : className(name))}
        </Fragment>
      ))}
      {tellsWorth && ` · ${c.worth(hoursFigure(lesson.credit_ch), hoursFigure(lesson.worth_ch))}`}
    </>
  );
}

function ClassLink({ of }: { of: string }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const className = useClassName();
  const { url, go } = useAddress();
  // The id of a class is that of its phase and its number in three digits.
  const id = `${phase.id}-${of.padStart(3, '0')}`;
  const address = new URL(officePage(seat, 'timetable', { phase: phase.id, class: id }), url.origin);
  return (
    <a
      href={address.href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(address);
      }}
    >
      {className(of)}
    </a>
  );
}
