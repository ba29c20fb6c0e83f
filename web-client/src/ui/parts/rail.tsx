/** The area beside or below the picture: chat or people, and whatever sheet lies over it. */
import type { ReactNode } from 'react';
import { Icon, type IconName } from '../icons';
import { useText } from '../text';

export type Tab = 'chat' | 'people';

interface Props {
  tab: Tab;
  onTab: (tab: Tab) => void;
  peopleCount: number;
  /** Above the tabs: the hand queue. */
  head?: ReactNode;
  chat: ReactNode;
  people: ReactNode;
  sheet: ReactNode;
}

export function Rail({ tab, onTab, peopleCount, head, chat, people, sheet }: Props) {
  const { t } = useText();
  const tabButton = (name: Tab, icon: IconName, label: string) => (
    <button
      type="button"
      role="tab"
      id={`tab-${name}`}
      aria-selected={tab === name}
      aria-controls="rail-panel"
      className="tab"
      onClick={() => onTab(name)}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
  return (
    <aside className="under">
      {head}
      <div className="tabs" role="tablist">
        {tabButton('chat', 'chat', t.chat.title)}
        {tabButton('people', 'people', `${t.people.title} ${peopleCount}`)}
      </div>
      <div className="rail-panel" id="rail-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'chat' ? chat : people}
      </div>
      {sheet}
    </aside>
  );
}
