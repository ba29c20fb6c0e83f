/** The frame of every hours page, and the line above it. */
import { type ReactNode, useContext } from 'react';
import { pageOf } from '../account/seats';
import { firstPageOf } from '../account/where';
import { Icon } from '../kit/icons';
import { LanguageSwitch, useText } from '../kit/text';
import type { Me } from '../protocol';
import { problemText, useHoursText } from './text';
import { FramedContext, useAccount } from './who';

/** The main part, on a page of its own or inside the office. */
export function HoursMain({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  const framed = useContext(FramedContext);
  if (framed) return <div className="hours framed">{children}</div>;
  return <main className={wide ? 'hours wide' : 'hours'}>{children}</main>;
}

interface Props {
  person: Me;
  title: string;
  hint?: string;
  /** The failure of the last request; the shown data is older. */
  problem: string | null;
  onRefresh: () => void;
  children?: ReactNode;
}

export function HoursHead({ person, title, hint, problem, onRefresh, children }: Props) {
  const h = useHoursText();
  const framed = useContext(FramedContext);
  return (
    <div>
      <header className="hours-head">
        {!framed && <WayHome person={person} />}
        <div>
          <h1>{title}</h1>
          {hint && <p className="hint">{hint}</p>}
        </div>
        <span className="grow" />
        {children}
        <button type="button" className="button quiet small" onClick={onRefresh}>
          {h.refresh}
        </button>
        {!framed && <LanguageSwitch />}
      </header>
      <div role="status">{problem && <p className="banner">{problemText(problem, h)}</p>}</div>
    </div>
  );
}

/** The way home: for people with an account the home page, for those of a link their class or wall. */
function WayHome({ person }: { person: Me }) {
  const { t } = useText();
  const h = useHoursText();
  const account = useAccount();
  const elsewhere = person.lesson === null ? h.office.wall : h.toClass;
  return (
    <a
      className="icon-button home-sign"
      href={account ? firstPageOf(account) : pageOf(person)}
      aria-label={account ? t.unknown.front : elsewhere}
    >
      <Icon name="next" />
    </a>
  );
}
