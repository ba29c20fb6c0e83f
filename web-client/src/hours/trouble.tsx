/** The reason why an hours page cannot be shown, and where to go instead. */
import { useContext } from 'react';
import { firstPageOf, rememberedAccount } from '../account/where';
import { here } from '../base/path';
import { Note } from '../kit/note';
import { Alert } from '../kit/shell';
import { useText } from '../kit/text';
import { FRONT, signInAgain } from '../routes';
import { problemText, useHoursText } from './text';
import { FramedContext, useAccount } from './who';

/** The codes after which trying again cannot help. */
const FINAL = ['not_found', 'not_allowed', 'signed_out', 'which_seat'];

export function Trouble({ code, onRetry }: { code: string; onRetry: () => void }) {
  const { t } = useText();
  const h = useHoursText();
  const account = useAccount();
  const framed = useContext(FramedContext);
  const page = here();
  const seat = page.searchParams.get('as');
  // An account that is signed out is remembered, but cannot be asked for.
  const hasAccount = account !== null || (seat !== null && rememberedAccount(localStorage) === seat);
  const words: Record<string, string> = h.problemOfAccount;
  const text = (hasAccount && words[code]) || problemText(code, h);
  const ways = (
    <>
      {!FINAL.includes(code) && (
        <button type="button" className="button primary large" onClick={onRetry}>
          {t.retry}
        </button>
      )}
      {hasAccount && code === 'signed_out' && (
        <a className="button primary large" href={signInAgain(page)}>
          {h.signIn}
        </a>
      )}
      <a className="button large" href={account ? firstPageOf(account) : FRONT}>
        {t.unknown.front}
      </a>
    </>
  );
  if (framed) {
    return (
      <section className="panel">
        <Alert>{text}</Alert>
        <div className="row">{ways}</div>
      </section>
    );
  }
  return (
    <Note title={h.problem.title} text={text}>
      {ways}
    </Note>
  );
}
