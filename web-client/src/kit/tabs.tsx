/** Tabs beside or below a picture, with the panel of the open one; arrow keys move between them. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Icon, type IconName } from './icons';

export interface TabLook<T extends string> {
  name: T;
  icon: IconName;
  label: string;
  mark?: ReactNode;
}

interface Props<T extends string> {
  tabs: readonly TabLook<T>[];
  tab: T;
  onTab: (tab: T) => void;
  children: ReactNode;
}

export function Tabs<T extends string>({ tabs, tab, onTab, children }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const moved = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const open = tabs.findIndex(({ name }) => name === tab);
    const next = tabs[(open + step + tabs.length) % tabs.length]?.name;
    if (step === 0 || !next) return;
    onTab(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" ref={list} onKeyDown={moved}>
        {tabs.map(({ name, icon, label, mark }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="rail-panel"
            tabIndex={tab === name ? 0 : -1}
            className="tab"
            onClick={() => onTab(name)}
          >
            <Icon name={icon} />
            {label}
            {mark}
          </button>
        ))}
      </div>
      <div className="rail-panel" id="rail-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {children}
      </div>
    </>
  );
}
