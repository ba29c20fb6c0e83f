/** The number of people of a lesson who checked their network, and of those in trouble; opened, their names. */
import { useCallback, useEffect, useState } from 'react';
import { formatMoment } from '../../i18n/dates';
import { useText } from '../../kit/text';
import { useLoaded } from '../../kit/use-loaded';
import type { CheckedLesson, CheckedPerson, LessonChecks, NetworkCheck } from '../../protocol';
import { blamesServer, type Group, grouped, percent } from './checked';
import { lessonChecks } from './checks-api';
import { mbit } from './network-check';
import { checksEn } from './staff-texts.en';
import { type ChecksTexts, checksZh } from './staff-texts.zh';
import './network-checks.css';

export function useChecksText(): ChecksTexts {
  return useText().language === 'zh' ? checksZh : checksEn;
}

/** The interval between requests: people check until the class begins. */
const EVERY_MS = 30_000;

interface Props {
  seat: string;
  lesson: string;
}

/** The checks of one lesson, for its staff; nothing for others, and nothing while there is nobody in it. */
export function LessonChecksPanel({ seat, lesson, className = '' }: Props & { className?: string }) {
  const words = useChecksText();
  const load = useCallback((signal: AbortSignal) => lessonChecks(seat, lesson, signal), [seat, lesson]);
  const { value, reload } = useLoaded(load);
  useAgain(reload);
  if (!value || value.lesson.people === 0) return null;
  return (
    <details className={`network-checks ${className}`}>
      <summary>
        <b>{words.title}</b>
        <ChecksCounts lesson={value.lesson} />
      </summary>
      <ChecksNames found={value} />
    </details>
  );
}

/** Reloads again and again, but not while the tab is hidden. */
export function useAgain(reload: () => void): void {
  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && reload();
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
}

export function ChecksCounts({ lesson }: { lesson: CheckedLesson }) {
  const words = useChecksText();
  const { people, checked, no_udp: noUdp, slow } = lesson;
  return (
    <span className="checks-counts">
      <span>{words.checked(checked, people)}</span>
      {noUdp > 0 && <span className="level bad">{words.noUdp(noUdp)}</span>}
      {slow > 0 && <span className="level fair">{words.slow(slow)}</span>}
      {checked > 0 && noUdp + slow === 0 && <span className="level good">{words.allGood}</span>}
    </span>
  );
}

/** The names of a lesson, fetched on demand. */
export function ChecksNamesOf({ seat, lesson }: Props) {
  const words = useChecksText();
  const load = useCallback((signal: AbortSignal) => lessonChecks(seat, lesson, signal), [seat, lesson]);
  const { value, problem, reload } = useLoaded(load);
  useAgain(reload);
  if (value) return <ChecksNames found={value} />;
  return problem ? (
    <p className="hint" role="status">
      {words.failed}
    </p>
  ) : null;
}

const TONE: Record<Group, string> = { no_udp: 'bad', slow: 'fair', unchecked: '', good: 'good' };

function ChecksNames({ found }: { found: LessonChecks }) {
  const words = useChecksText();
  const [all, setAll] = useState(false);
  const { lesson, lines } = found;
  if (lines.length === 0) return <p className="hint">{words.noPeople}</p>;
  const nameOf = (group: Group) => (group === 'unchecked' ? words.unchecked : words.verdict[group]);
  return (
    <div className="checks-names">
      {lesson.no_udp > 0 && <p className="hint">{blamesServer(lesson) ? words.server : words.advice}</p>}
      {grouped(lines).map(({ group, people }) => {
        const title = `${nameOf(group)} ${people.length}`;
        return (
          <section key={group} aria-label={title}>
            <h3 className={`level ${TONE[group]}`}>{title}</h3>
            <ul className={group === 'unchecked' ? 'checks-people short' : 'checks-people'}>
              {(all ? people : people.slice(0, SHOWN)).map((person) => (
                <PersonChecks key={person.person} person={person} />
              ))}
            </ul>
            {!all && people.length > SHOWN && (
              <button type="button" className="button quiet small" onClick={() => setAll(true)}>
                +{people.length - SHOWN}
              </button>
            )}
          </section>
        );
      })}
    </div>
  );
}

/** The number of names shown at first in each group: a class has 100. */
const SHOWN = 20;

function PersonChecks({ person }: { person: CheckedPerson }) {
  const words = useChecksText();
  const { language } = useText();
  return (
    <li>
      <b>{person.name}</b>
      {person.checks.map((check, at) => (
        <small key={check.device}>
          {words.device[check.device]}
          {at > 0 && `: ${words.verdict[check.verdict]}`} · {formatMoment(check.at_ms, language)}
          {figuresOf(check, words)
            .map((figure) => ` · ${figure}`)
            .join('')}
        </small>
      ))}
    </li>
  );
}

/** The figures of a check. Without UDP only HTTP was measured, whose round trip would promise too much. */
function figuresOf(
  { verdict, up_loss_permille: loss, measured }: NetworkCheck,
  words: ChecksTexts,
): string[] {
  const rtt = verdict === 'no_udp' ? undefined : (measured.rtt_ms ?? measured.http_rtt_ms);
  const figures = [
    rtt !== undefined && words.rtt(rtt),
    loss !== null && loss > 0 && words.loss(percent(loss)),
    measured.down_kbps !== undefined && words.down(mbit(measured.down_kbps * 1000)),
    measured.up_kbps !== undefined && words.up(mbit(measured.up_kbps * 1000)),
  ];
  return figures.filter((figure) => figure !== false);
}
