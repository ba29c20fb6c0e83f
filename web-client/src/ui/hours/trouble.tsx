/** Why an hours page cannot be shown. */
import { Note } from '../pages/note';
import { useText } from '../text';
import { problemText, useHoursText } from './text';

/** Trying again cannot help. */
const FINAL = ['not_found', 'not_allowed', 'signed_out', 'which_seat'];

export function Trouble({ code, onRetry }: { code: string; onRetry: () => void }) {
  const { t } = useText();
  const h = useHoursText();
  return (
    <Note title={h.problem.title} text={problemText(code, h)}>
      {!FINAL.includes(code) && (
        <button type="button" className="button primary large" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </Note>
  );
}
