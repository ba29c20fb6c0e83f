/** The line above every hours page. */
import type { ReactNode } from 'react';
import { LanguageSwitch } from '../text';
import { problemText, useHoursText } from './text';

interface Props {
  title: string;
  hint?: string;
  /** The last request failed; what is shown is older. */
  problem: string | null;
  onRefresh: () => void;
  children?: ReactNode;
}

export function HoursHead({ title, hint, problem, onRefresh, children }: Props) {
  const h = useHoursText();
  return (
    <div>
      <header className="hours-head">
        <div>
          <h1>{title}</h1>
          {hint && <p className="hint">{hint}</p>}
        </div>
        <span className="grow" />
        {children}
        <button type="button" className="button quiet small" onClick={onRefresh}>
          {h.refresh}
        </button>
        <LanguageSwitch />
      </header>
      <div role="status">{problem && <p className="banner">{problemText(problem, h)}</p>}</div>
    </div>
  );
}
