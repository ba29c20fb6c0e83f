/** The tabs beside or below the picture, and the sheet that may lie over them. */
import type { ReactNode } from 'react';
import type { IconName } from '../kit/icons';
import { Tabs } from '../kit/tabs';
import { useReplayText } from './text';

export type ReplayTab = 'chat' | 'chapters' | 'course';

const ICONS: Record<ReplayTab, IconName> = { chat: 'chat', chapters: 'list', course: 'upload' };

interface Props {
  tab: ReplayTab;
  onTab: (tab: ReplayTab) => void;
  /** Whether the person may publish. */
  staff: boolean;
  /** Whether the conversation of the class is shown. */
  withChat: boolean;
  /** The sheet over the tabs. */
  above: ReactNode;
  sheet: ReactNode;
  children: ReactNode;
}

export function ReplayRail({ tab, onTab, staff, withChat, above, sheet, children }: Props) {
  const r = useReplayText();
  const all: ReplayTab[] = ['chat', 'chapters', 'course'];
  const tabs = all.filter((name) => (name === 'chat' ? withChat : name !== 'course' || staff));
  return (
    <aside className="under" aria-label={r.tabs.area}>
      {above}
      <Tabs
        tabs={tabs.map((name) => ({ name, icon: ICONS[name], label: r.tabs[name] }))}
        tab={tab}
        onTab={onTab}
      >
        {children}
      </Tabs>
      {sheet}
    </aside>
  );
}
