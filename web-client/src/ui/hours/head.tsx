/** The line above every hours page. */
import type { ReactNode } from 'react';
import { as, rememberedAccount } from '../../account/where';
import type { Me } from '../../protocol';
import { pageOf } from '../../seats';
import { Icon } from '../icons';
import { LanguageSwitch, useText } from '../text';
import { problemText, useHoursText } from './text';

interface Props {
  person: Me;
  title: string;
  hint?: string;
  /** The last request failed; what is shown is older. */
  problem: string | null;
  onRefresh: () => void;
  children?: ReactNode;
}

export function HoursHead({ person, title, hint, problem, onRefresh, children }: Props) {
  const h = useHoursText();
  return (
    <div>
      <header className="hours-head">
        <WayHome person={person} />
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

/** People with an account go home, those of a link to the class or the wall it is for. */
function WayHome({ person }: { person: Me }) {
  const { t } = useText();
  const h = useHoursText();
  const hasHome = rememberedAccount(localStorage) === person.seat;
  const elsewhere = person.lesson === null ? h.office.wall : h.toClass;
  return (
    <a
      className="icon-button home-sign"
      href={hasHome ? as('/home', person.seat) : pageOf(person)}
      aria-label={hasHome ? t.over.home : elsewhere}
    >
      <Icon name="next" />
    </a>
  );
}
