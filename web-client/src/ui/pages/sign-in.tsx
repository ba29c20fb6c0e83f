/** `/in#secret`: uses the one-click link and goes on to the class; explains kindly when that fails. */
import { useEffect, useRef, useState } from 'react';
import { ApiProblem, signIn } from '../../api';
import { at } from '../../base/path';
import { pageOf, rememberSeat } from '../../seats';
import { SeatList } from '../parts/seat-list';
import { useText } from '../text';
import { useLivingSeats } from '../use-living-seats';
import { Note } from './note';

/** Codes of a link that will not work however often it is tried. */
const SPENT = ['link_used', 'link_expired', 'link_unknown', 'malformed', 'not_found'];

export function SignInPage() {
  const { t } = useText();
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

  if (!problem) return <Note title={t.app} text={t.signIn.working} />;
  const words = t.signIn as Record<string, string>;
  const spent = SPENT.includes(problem);
  const text = words[problem] ?? (spent ? t.signIn.link_unknown : t.signIn.other);
  return (
    <Note title={t.signIn.titleProblem} text={text}>
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
  const { t } = useText();
  const seats = useLivingSeats();
  if (seats.length === 0) return null;
  return (
    <>
      <p>{t.signIn.again}</p>
      <SeatList seats={seats} />
    </>
  );
}
