/** `/help`: the contacts, and the most common questions. Open to everybody. */
import { Portal } from '../kit/shell';
import { useLoaded } from '../kit/use-loaded';
import { FRONT, homePage } from '../routes';
import { help } from './api';
import { useHomeText } from './text';
import './home.css';

export default function HelpPage({ seat }: { seat: string | null }) {
  const { help: words } = useHomeText();
  const { value } = useLoaded(help);
  return (
    <Portal title={words.title} home={seat === null ? FRONT : homePage(seat)}>
      <main className="portal-main">
        <h1>{words.title}</h1>
        <section className="panel" aria-label={words.contacts}>
          <h2>{words.contacts}</h2>
          {value?.contacts.length === 0 && <p className="hint">{words.noContacts}</p>}
          <ul className="contacts">
            {value?.contacts.map((line) => (
              <li key={line}>
                <ContactLine line={line} />
              </li>
            ))}
          </ul>
          {value?.organisation && (
            <p className="hint">
              {words.organisation}: {value.organisation}
            </p>
          )}
        </section>
        <section className="panel" aria-label={words.questions}>
          <h2>{words.questions}</h2>
          {words.list.map(({ q, a }) => (
            <details key={q} className="question">
              <summary>{q}</summary>
              <p>{a}</p>
            </details>
          ))}
        </section>
      </main>
    </Portal>
  );
}

/** A line of a contact; a telephone number in it can be called. */
function ContactLine({ line }: { line: string }) {
  const found = /(\d[\d\-—－]{6,}\d)/.exec(line);
  if (!found?.[1]) return <>{line}</>;
  const number = found[1];
  return (
    <>
      {line.slice(0, found.index)}
      <a href={`tel:${number.replace(/\D/g, '')}`}>{number}</a>
      {line.slice(found.index + number.length)}
    </>
  );
}
