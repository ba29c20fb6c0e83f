/** The ledger's entries about one person: date, subject, amount, and the first letters of the checksum. */
import { formatDay } from '../i18n/dates';
import { signedFigure } from '../i18n/figures';
import { useText } from '../kit/text';
import type { LedgerLine, MyLesson } from '../protocol';
import { entryReasonText } from './reasons';
import { useHoursText } from './text';

/** Enough letters to compare by eye; the whole checksum is in the title. */
const HASH_SHOWN = 8;

export function Ledger({ entries, lessons }: { entries: LedgerLine[]; lessons: MyLesson[] }) {
  const { ledger } = useHoursText();
  const titles = new Map(lessons.map((lesson) => [lesson.lesson, lesson.title]));
  return (
    <section className="hours-card" aria-label={ledger.title}>
      <h2>{ledger.title}</h2>
      <p className="hint">{entries.length > 0 ? ledger.hint : ledger.none}</p>
      <ul className="ledger">
        {entries.map((entry) => (
          <Entry key={entry.seq} entry={entry} title={titles.get(entry.lesson ?? '') ?? ''} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ entry, title }: { entry: LedgerLine; title: string }) {
  const { language } = useText();
  const { ledger, decision } = useHoursText();
  const kinds = ledger.kind as Record<string, string>;
  // An entry of the server is explained by the lesson's reasons; an entry of people, by their words.
  const why = entry.by !== null && entryReasonText(entry.reason, decision.codes);
  return (
    <li>
      <span className="entry-what">
        <b>{kinds[entry.kind] ?? ledger.otherKind}</b> {title}
      </span>
      <span className={entry.delta_ch < 0 ? 'entry-change less' : 'entry-change'}>
        {signedFigure(entry.delta_ch)}
      </span>
      <small>
        {formatDay(entry.at_ms, language)}
        {why && <> · {why}</>}
        {entry.by !== null && <> · {ledger.by(entry.by)}</>}
      </small>
      <code title={ledger.hashOf(entry.hash)}>{entry.hash.slice(0, HASH_SHOWN)}</code>
    </li>
  );
}
