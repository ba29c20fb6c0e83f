/** `/in#secret`: uses the one-click link and goes on to the class; explains kindly when that fails. */
import { useEffect, useRef, useState } from 'react';
import { ApiProblem, signIn } from '../api';
import { at } from '../base/path';
import { Note } from '../kit/note';
import { useText } from '../kit/text';
import { useLinkText } from './link-text';
import { SeatList } from './seat-list';
import { pageOf, rememberSeat } from './seats';
import { useLivingSeats } from './use-living-seats';

/** The codes of a link that will not work however often it is tried. */
const SPENT = ['link_used', 'link_expired', 'link_unknown', 'malformed', 'not_found'];

export function SignInPage() {
  const { t } = useText();
  const words = useLinkText();
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const asked = useRef(-1);

  useEffect(() => {
    if (asked.current === attempt) return; // A link works once; it must never be used twice by us.
    asked.current = attempt;
    const secret = location.hash.slice(1);
    if (secret === '') return setProblem('link_unknown');
    setProblem(null);
    signIn(secret).then(
      (person) => {
        rememberSeat(person);
        location.replace(at(pageOf(person))); // Takes the secret out of the history.
      },
      (error: unknown) => setProblem(error instanceof ApiProblem ? error.code : 'network'),
    );
  }, [attempt]);

  if (!problem) return <Note title={t.app} text={words.working} />;
  const spent = SPENT.includes(problem);
  const text = (words as Record<string, string>)[problem] ?? (spent ? words.link_unknown : words.other);
  return (
    <Note title={words.titleProblem} text={text}>
      {!spent && (
        <button type="button" className="button primary large" onClick={() => setAttempt(attempt + 1)}>
          {t.retry}
        </button>
      )}
      <WayBack />
    </Note>
  );
}

function WayBack() {
  const words = useLinkText();
  const seats = useLivingSeats();
  if (seats.length === 0) return null;
  return (
    <>
      <p>{words.again}</p>
      <SeatList seats={seats} />
    </>
  );
}
