/** The frame of every page of the front door: the name of the platform, and the person. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { FRONT } from '../routes';
import { Icon } from './icons';
import { usePortalText } from './portal-text';
import { LanguageSwitch, useText } from './text';
import './styles/portal.css';
import './styles/form.css';

interface Props {
  /** The address to which the name of the platform leads. */
  home?: string;
  title: string;
  /** The part between the name and the person. */
  nav?: ReactNode;
  /** The person's menu. */
  menu?: ReactNode;
  children: ReactNode;
}

export function Portal({ home = FRONT, title, nav, menu, children }: Props) {
  const { t } = useText();
  useEffect(() => {
    document.title = `${title} · ${t.app}`;
  }, [title, t]);
  return (
    <div className="portal">
      <header className="portal-head">
        <a className="brand" href={home}>
          <img src="/icons/icon.svg" alt="" width="30" height="30" />
          {t.app}
        </a>
        {nav}
        <span className="grow" />
        <LanguageSwitch />
        {menu}
      </header>
      {children}
    </div>
  );
}

/** The menu under the name of a person. */
export function PersonMenu({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  const p = usePortalText();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escaped = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false);
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', escaped);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', escaped);
    };
  }, [open]);
  return (
    <div className="drop" ref={box}>
      <button
        type="button"
        className="button quiet small person-button"
        aria-expanded={open}
        aria-label={p.menuOf(name)}
        onClick={() => setOpen(!open)}
      >
        <Icon name="person" />
        <span className="person-name">{name}</span>
      </button>
      {open && (
        <div className="panel">
          <p className="menu-note">
            <b>{name}</b>
            <br />
            <small>{note}</small>
          </p>
          {children}
        </div>
      )}
    </div>
  );
}

/** A sentence about a failure, or a success. */
export function Alert({
  tone = 'bad',
  children,
}: {
  tone?: 'bad' | 'fair' | 'good' | 'calm';
  children: ReactNode;
}) {
  const icon = { bad: 'warning', fair: 'warning', good: 'tick', calm: 'help' } as const;
  return (
    <div className={`alert ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon[tone]} />
      <div>{children}</div>
    </div>
  );
}
