/** Tabs beside or below the picture, and the sheet that may lie over them. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Icon, type IconName } from '../icons';
import { useReplayText } from './text';

export type ReplayTab = 'chat' | 'chapters' | 'course';

const ICONS: Record<ReplayTab, IconName> = { chat: 'chat', chapters: 'list', course: 'upload' };

interface Props {
  tab: ReplayTab;
  onTab: (tab: ReplayTab) => void;
  /** May publish. */
  staff: boolean;
  /** The conversation of the class is shown. */
  withChat: boolean;
  /** Stands over the tabs. */
  above: ReactNode;
  sheet: ReactNode;
  children: ReactNode;
}

export function ReplayRail({ tab, onTab, staff, withChat, above, sheet, children }: Props) {
  const r = useReplayText();
  const list = useRef<HTMLDivElement>(null);
  const all: ReplayTab[] = ['chat', 'chapters', 'course'];
  const tabs = all.filter((name) => (name === 'chat' ? withChat : name !== 'course' || staff));
  const moved = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (step === 0 || !next) return;
    onTab(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <aside className="under" aria-label={r.tabs.area}>
      {above}
      <div className="tabs" role="tablist" ref={list} onKeyDown={moved}>
        {tabs.map((name) => (
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
            <Icon name={ICONS[name]} />
            {r.tabs[name]}
          </button>
        ))}
      </div>
      <div className="rail-panel" id="rail-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {children}
      </div>
      {sheet}
    </aside>
  );
}
