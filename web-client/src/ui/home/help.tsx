/** `/help`: whom to ask, and what people ask most. Open to everybody. */
import { as } from '../../account/where';
import { help } from '../../enrol/api';
import { useTraineeText } from '../enrol/text';
import { Portal } from '../portal/shell';
import { useLoaded } from '../use-loaded';
import '../styles/home.css';

export default function HelpPage({ seat }: { seat: string | null }) {
  const { help: words } = useTraineeText();
  const { value } = useLoaded(help);
  return (
    <Portal title={words.title} home={seat === null ? '/' : as('/home', seat)}>
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

/** A telephone number in the line can be called. */
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
